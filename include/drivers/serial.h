/* SPDX-License-Identifier: MIT */
/*
 * The early console: kernel messages on the boot UART before drivers exist.
 */
#ifndef DRIVERS_SERIAL_H
#define DRIVERS_SERIAL_H

/*
 * Sends kernel messages, by polling, to the PL011 whose registers are mapped at uart_base (Device
 * memory) and which the boot code has set up. It ends by itself when the driver takes over.
 */
void early_console_init(void *uart_base);

#endif
