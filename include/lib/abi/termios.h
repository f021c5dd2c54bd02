/* SPDX-License-Identifier: MIT */
/* Terminal settings and the ioctl numbers of terminals and pipes. Sources: Linux 6.1,
 * include/uapi/asm-generic/termbits.h, termbits-common.h, termios.h and ioctls.h. */
#ifndef LIB_ABI_TERMIOS_H
#define LIB_ABI_TERMIOS_H

#include <lib/types.h>

#define NCCS 19

/* TCGETS, TCSETS: the kernel's structure; C libraries have a longer one. */
struct ktermios {
	uint32_t c_iflag;
	uint32_t c_oflag;
	uint32_t c_cflag;
	uint32_t c_lflag;
	uint8_t c_line;
	uint8_t c_cc[NCCS];
};
_Static_assert(sizeof(struct ktermios) == 36, "user space counts on this size");

/* TCGETS2, TCSETS2 */
struct ktermios2 {
	struct ktermios t;
	uint32_t c_ispeed; /* baud */
	uint32_t c_ospeed;
};
_Static_assert(sizeof(struct ktermios2) == 44, "the size is part of the ioctl number");

struct winsize {
	uint16_t ws_row;
	uint16_t ws_col;
	uint16_t ws_xpixel;
	uint16_t ws_ypixel;
};

/* c_cc[] */
#define VINTR      0
#define VQUIT      1
#define VERASE     2
#define VKILL      3
#define VEOF       4
#define VTIME      5
#define VMIN       6
#define VSWTC      7
#define VSTART     8
#define VSTOP      9
#define VSUSP      10
#define VEOL       11
#define VREPRINT   12
#define VDISCARD   13
#define VWERASE    14
#define VLNEXT     15
#define VEOL2      16

/* c_iflag */
#define IGNBRK     0x0001
#define BRKINT     0x0002
#define IGNPAR     0x0004
#define PARMRK     0x0008
#define INPCK      0x0010
#define ISTRIP     0x0020
#define INLCR      0x0040
#define IGNCR      0x0080
#define ICRNL      0x0100
#define IUCLC      0x0200
#define IXON       0x0400
#define IXANY      0x0800
#define IXOFF      0x1000
#define IMAXBEL    0x2000
#define IUTF8      0x4000

/* c_oflag */
#define OPOST      0x01
#define OLCUC      0x02
#define ONLCR      0x04
#define OCRNL      0x08
#define ONOCR      0x10
#define ONLRET     0x20
#define OFILL      0x40
#define OFDEL      0x80

/* c_cflag */
#define CBAUD      0x0000100f
#define B0         0x00000000
#define B9600      0x0000000d
#define B19200     0x0000000e
#define B38400     0x0000000f
#define B57600     0x00001001
#define B115200    0x00001002
#define B230400    0x00001003
#define B460800    0x00001004
#define B921600    0x00001007
#define BOTHER     0x00001000
#define CSIZE      0x00000030
#define CS5        0x00000000
#define CS6        0x00000010
#define CS7        0x00000020
#define CS8        0x00000030
#define CSTOPB     0x00000040
#define CREAD      0x00000080
#define PARENB     0x00000100
#define PARODD     0x00000200
#define HUPCL      0x00000400
#define CLOCAL     0x00000800
#define CRTSCTS    0x80000000u

/* c_lflag */
#define ISIG       0x00001
#define ICANON     0x00002
#define XCASE      0x00004
#define ECHO       0x00008
#define ECHOE      0x00010
#define ECHOK      0x00020
#define ECHONL     0x00040
#define NOFLSH     0x00080
#define TOSTOP     0x00100
#define ECHOCTL    0x00200
#define ECHOPRT    0x00400
#define ECHOKE     0x00800
#define FLUSHO     0x01000
#define PENDIN     0x04000
#define IEXTEN     0x08000
#define EXTPROC    0x10000

/* ioctl() */
#define TCGETS     0x5401
#define TCSETS     0x5402
#define TCSETSW    0x5403
#define TCSETSF    0x5404
#define TCSBRK     0x5409
#define TCXONC     0x540a
#define TCFLSH     0x540b
#define TIOCEXCL   0x540c
#define TIOCNXCL   0x540d
#define TIOCSCTTY  0x540e
#define TIOCGPGRP  0x540f
#define TIOCSPGRP  0x5410
#define TIOCOUTQ   0x5411
#define TIOCSTI    0x5412
#define TIOCGWINSZ 0x5413
#define TIOCSWINSZ 0x5414
#define TIOCMGET   0x5415
#define FIONREAD   0x541b
#define TIOCINQ    FIONREAD
#define TIOCCONS   0x541d
#define FIONBIO    0x5421
#define TIOCNOTTY  0x5422
#define TIOCSETD   0x5423
#define TIOCGETD   0x5424
#define TCSBRKP    0x5425
#define TIOCSBRK   0x5427
#define TIOCCBRK   0x5428
#define TIOCGSID   0x5429
#define TCGETS2    0x802c542au
#define TCSETS2    0x402c542bu
#define TCSETSW2   0x402c542cu
#define TCSETSF2   0x402c542du
#define FIONCLEX   0x5450
#define FIOCLEX    0x5451
#define FIOASYNC   0x5452

/* TCXONC */
#define TCOOFF     0
#define TCOON      1
#define TCIOFF     2
#define TCION      3

/* TCFLSH */
#define TCIFLUSH   0
#define TCOFLUSH   1
#define TCIOFLUSH  2

#endif
