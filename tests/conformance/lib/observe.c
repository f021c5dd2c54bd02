/* SPDX-License-Identifier: MIT */
/*
 * The helpers behind observe.h: a line is put together and written with one call, so the lines of a
 * parent and its children don't mix.
 */
#include "observe.h"

static const struct {
	int number;
	const char *name;
} errors[] = {
#define ERROR(name)                                                                                \
	{                                                                                          \
		name, #name                                                                        \
	}
        ERROR(EPERM),
        ERROR(ENOENT),
        ERROR(ESRCH),
        ERROR(EINTR),
        ERROR(EIO),
        ERROR(ENXIO),
        ERROR(E2BIG),
        ERROR(ENOEXEC),
        ERROR(EBADF),
        ERROR(ECHILD),
        ERROR(EAGAIN),
        ERROR(ENOMEM),
        ERROR(EACCES),
        ERROR(EFAULT),
        ERROR(EBUSY),
        ERROR(EEXIST),
        ERROR(EXDEV),
        ERROR(ENODEV),
        ERROR(ENOTDIR),
        ERROR(EISDIR),
        ERROR(EINVAL),
        ERROR(ENFILE),
        ERROR(EMFILE),
        ERROR(ENOTTY),
        ERROR(ETXTBSY),
        ERROR(EFBIG),
        ERROR(ENOSPC),
        ERROR(ESPIPE),
        ERROR(EROFS),
        ERROR(EMLINK),
        ERROR(EPIPE),
        ERROR(ERANGE),
        ERROR(EDEADLK),
        ERROR(ENOSYS),
        ERROR(ELOOP),
        ERROR(ENOTEMPTY),
        ERROR(ENAMETOOLONG),
        ERROR(EOVERFLOW),
        ERROR(EOPNOTSUPP),
        ERROR(ENOTBLK),
};

void *memset(void *to, int byte, size_t n)
{
	for (volatile char *p = to; n--; p++)
		*p = (char)byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	const char *s = from;

	for (volatile char *p = to; n--; p++)
		*p = *s++;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const volatile unsigned char *x = a;
	const unsigned char *y = b;

	for (; n--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t length(const char *text)
{
	const volatile char *end = text;

	while (*end)
		end++;
	return (size_t)(end - text);
}

int same(const char *a, const char *b)
{
	return length(a) == length(b) && !memcmp(a, b, length(a));
}

const char *find(const char *text, const char *part)
{
	size_t n = length(part);

	for (size_t left = length(text); left >= n; left--, text++)
		if (!memcmp(text, part, n))
			return text;
	return NULL;
}

struct out {
	char *to, *end;
};

static void put(struct out *out, char c)
{
	if (out->to < out->end)
		*out->to++ = c;
}

static void put_number(struct out *out, unsigned long value, unsigned int base, int width)
{
	char digits[12];
	int n = 0;

	do
		digits[n++] = "0123456789abcdef"[value % base];
	while ((value /= base));
	while (width-- > n)
		put(out, '0');
	while (n)
		put(out, digits[--n]);
}

static void put_conversion(struct out *out, char kind, int width, va_list *args)
{
	unsigned long value;

	if (kind == 's') {
		for (const char *s = va_arg(*args, const char *); *s; s++)
			put(out, *s);
		return;
	}
	value = va_arg(*args, unsigned long);
	if (kind == 'c')
		put(out, (char)value);
	else if (kind == 'd' && (long)value < 0)
		put(out, '-'), put_number(out, -value, 10, width);
	else
		put_number(out, value, kind == 'x' ? 16 : kind == 'o' ? 8 : 10, width);
}

static void put_format(struct out *out, const char *format, va_list *args)
{
	for (; *format; format++) {
		int width = 0;

		if (*format != '%') {
			put(out, *format);
			continue;
		}
		while (*++format == 'l' || (*format >= '0' && *format <= '9'))
			if (*format != 'l')
				width = width * 10 + *format - '0';
		put_conversion(out, *format, width, args);
	}
}

void format_text(char *to, size_t size, const char *format, ...)
{
	struct out out = {to, to + size - 1};
	va_list args;

	va_start(args, format);
	put_format(&out, format, &args);
	va_end(args);
	*out.to = 0;
}

void say(const char *label, const char *format, ...)
{
	char line[512];
	struct out out = {line, line + sizeof(line) - 1};
	va_list args;

	while (*label)
		put(&out, *label++);
	put(&out, ':');
	put(&out, ' ');
	va_start(args, format);
	put_format(&out, format, &args);
	va_end(args);
	*out.to++ = '\n';
	SYS(write, 1, line, out.to - line);
}

int is_error(long answer)
{
	return (unsigned long)answer >= -4095ul;
}

const char *answer_name(long answer)
{
	static char number[16];

	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		if (errors[i].number == -answer)
			return errors[i].name;
	format_text(number, sizeof(number), "%ld", answer);
	return number;
}

void saw(const char *label, long answer)
{
	say(label, "%s", answer_name(answer));
}

void saw_ok(const char *label, long answer)
{
	say(label, "%s", is_error(answer) ? answer_name(answer) : "done");
}

void saw_status(const char *label, int status)
{
	if (status < 0)
		saw(label, status);
	else if (status == 0xffff)
		say(label, "continue");
	else if ((status & 0xff) == 0x7f)
		say(label, "stop %d", status >> 8);
	else if (status & 0x7f)
		say(label, "signal %d",
		        status & 0x7f); /* without the bit that says "core dumped" */
	else
		say(label, "exit %d", status >> 8);
}
