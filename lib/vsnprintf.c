/* SPDX-License-Identifier: MIT */
/* vsnprintf(): text from a format. The log and everything under /proc pass through here, so plain
 * characters go out in runs and 32-bit numbers never meet a 64-bit division. */
#include <lib/printf.h>
#include <string.h>

enum {
	LEFT = 1, /* - */
	ZERO = 2, /* 0 */
	PLUS = 4, /* + */
	SPACE = 8,
	ALT = 16,   /* # */
	UPPER = 32, /* %X */
};

struct out {
	char *buf;
	size_t size;
	size_t len; /* of the whole text, which may be more than size */
};

struct spec {
	unsigned int flags;
	int width;
	int precision; /* -1: not given */
	int length;    /* bytes of the integer argument: 1, 2, 4 or 8 */
};

/* Room for 64 bits in octal and the 0 that "#" puts before them. */
#define DIGITS_MAX 23

static void put_run(struct out *o, const char *s, size_t n)
{
	if (o->len < o->size) {
		size_t room = o->size - o->len;

		memcpy(o->buf + o->len, s, n < room ? n : room);
	}
	o->len += n;
}

static void put_fill(struct out *o, char ch, int n)
{
	if (n <= 0)
		return;
	if (o->len < o->size) {
		size_t room = o->size - o->len;

		memset(o->buf + o->len, ch, (size_t)n < room ? (size_t)n : room);
	}
	o->len += n;
}

/* Decimal digits of val, written backwards from end; at least `digits` of them. Where they
 * start. */
static char *decimal32(char *end, uint32_t val, int digits)
{
	while (val || digits > 0) {
		*--end = '0' + val % 10;
		val /= 10;
		digits--;
	}
	return end;
}

static char *decimal64(char *end, uint64_t val)
{
	while (val >> 32) {
		uint64_t rest = val / 1000000000;

		end = decimal32(end, val - rest * 1000000000, 9);
		val = rest;
	}
	return decimal32(end, val, 0);
}

static char *power_of_two(char *end, uint64_t val, int shift, const char *digits)
{
	while (val >> 32) {
		*--end = digits[val & ((1 << shift) - 1)];
		val >>= shift;
	}
	for (uint32_t low = val; low; low >>= shift)
		*--end = digits[low & ((1 << shift) - 1)];
	return end;
}

static char *convert(char *end, uint64_t val, int base, bool upper)
{
	switch (base) {
	case 16:
		return power_of_two(end, val, 4, upper ? "0123456789ABCDEF" : "0123456789abcdef");
	case 8:
		return power_of_two(end, val, 3, "01234567");
	default:
		return decimal64(end, val);
	}
}

/* prefix: sign or 0x; n digits at s. */
static void put_number(
        struct out *o, const struct spec *sp, const char *prefix, const char *s, int n)
{
	int plen = strlen(prefix);
	int zeros = sp->precision > n ? sp->precision - n : 0;
	int pad;

	if (sp->precision < 0 && (sp->flags & (ZERO | LEFT)) == ZERO && sp->width > plen + n)
		zeros = sp->width - plen - n;
	pad = sp->width - plen - zeros - n;
	if (!(sp->flags & LEFT))
		put_fill(o, ' ', pad);
	put_run(o, prefix, plen);
	put_fill(o, '0', zeros);
	put_run(o, s, n);
	if (sp->flags & LEFT)
		put_fill(o, ' ', pad);
}

static void put_unsigned(struct out *o, struct spec *sp, uint64_t val, int base)
{
	char digits[DIGITS_MAX];
	char *end = digits + sizeof(digits);
	char *s = convert(end, val, base, sp->flags & UPPER);
	const char *prefix = "";

	/* C: an explicit precision of 0 prints zero as nothing; else as one digit. */
	if (s == end && sp->precision != 0)
		*--s = '0';
	if (sp->flags & ALT) {
		if (base == 16 && val)
			prefix = sp->flags & UPPER ? "0X" : "0x";
		else if (base == 8 && (s == end || *s != '0') && sp->precision <= end - s)
			*--s = '0';
	}
	put_number(o, sp, prefix, s, end - s);
}

static void put_signed(struct out *o, const struct spec *sp, int64_t val)
{
	char digits[DIGITS_MAX];
	char *end = digits + sizeof(digits);
	char *s = decimal64(end, val < 0 ? -(uint64_t)val : (uint64_t)val);
	const char *prefix = "";

	if (s == end && sp->precision != 0)
		*--s = '0';
	if (val < 0)
		prefix = "-";
	else if (sp->flags & PLUS)
		prefix = "+";
	else if (sp->flags & SPACE)
		prefix = " ";
	put_number(o, sp, prefix, s, end - s);
}

static void put_text(struct out *o, const struct spec *sp, const char *s, size_t n)
{
	int pad = sp->width > 0 && (size_t)sp->width > n ? sp->width - (int)n : 0;

	if (!(sp->flags & LEFT))
		put_fill(o, ' ', pad);
	put_run(o, s, n);
	if (sp->flags & LEFT)
		put_fill(o, ' ', pad);
}

static void put_string(struct out *o, const struct spec *sp, const char *s)
{
	if (!s)
		s = "(null)";
	put_text(o, sp, s, sp->precision < 0 ? strlen(s) : strnlen(s, sp->precision));
}

static void put_pointer(struct out *o, struct spec *sp, const void *ptr)
{
	char digits[DIGITS_MAX];
	char *end = digits + sizeof(digits);
	char *s = convert(end, (uintptr_t)ptr, 16, false);

	sp->precision = 2 * sizeof(ptr);
	put_number(o, sp, "0x", s, end - s);
}

/* A number of up to 6 digits: more would not be a width but a mistake. */
static int parse_count(const char **fmt)
{
	int n = 0;

	while (**fmt >= '0' && **fmt <= '9') {
		if (n < 100000)
			n = n * 10 + (**fmt - '0');
		(*fmt)++;
	}
	return n;
}

static const char *parse_flags(const char *fmt, struct spec *sp)
{
	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			sp->flags |= LEFT;
			break;
		case '0':
			sp->flags |= ZERO;
			break;
		case '+':
			sp->flags |= PLUS;
			break;
		case ' ':
			sp->flags |= SPACE;
			break;
		case '#':
			sp->flags |= ALT;
			break;
		default:
			return fmt;
		}
	}
}

static const char *parse_width(const char *fmt, struct spec *sp, va_list *ap)
{
	if (*fmt == '*') {
		fmt++;
		sp->width = va_arg(*ap, int);
		if (sp->width < 0) {
			sp->flags |= LEFT;
			sp->width = -(unsigned int)sp->width;
		}
	} else {
		sp->width = parse_count(&fmt);
	}
	if (*fmt != '.')
		return fmt;
	fmt++;
	if (*fmt == '*') {
		fmt++;
		sp->precision = va_arg(*ap, int);
	} else {
		sp->precision = parse_count(&fmt);
	}
	return fmt;
}

static const char *parse_length(const char *fmt, struct spec *sp)
{
	switch (*fmt) {
	case 'h':
		sp->length = fmt[1] == 'h' ? sizeof(char) : sizeof(short);
		return fmt + (fmt[1] == 'h' ? 2 : 1);
	case 'l':
		sp->length = fmt[1] == 'l' ? sizeof(long long) : sizeof(long);
		return fmt + (fmt[1] == 'l' ? 2 : 1);
	case 'z':
	case 't':
		sp->length = sizeof(size_t);
		return fmt + 1;
	case 'j':
		sp->length = sizeof(intmax_t);
		return fmt + 1;
	default:
		return fmt;
	}
}

static uint64_t unsigned_arg(const struct spec *sp, va_list *ap)
{
	switch (sp->length) {
	case 8:
		return va_arg(*ap, uint64_t);
	case 2:
		return (uint16_t)va_arg(*ap, unsigned int);
	case 1:
		return (uint8_t)va_arg(*ap, unsigned int);
	default:
		return va_arg(*ap, unsigned int);
	}
}

static int64_t signed_arg(const struct spec *sp, va_list *ap)
{
	switch (sp->length) {
	case 8:
		return va_arg(*ap, int64_t);
	case 2:
		return (int16_t)va_arg(*ap, int);
	case 1:
		return (int8_t)va_arg(*ap, int);
	default:
		return va_arg(*ap, int);
	}
}

/* Print one argument as conversion ch asks. False if there is no such conversion. */
static bool put_conversion(struct out *o, struct spec *sp, char ch, va_list *ap)
{
	char byte;

	switch (ch) {
	case 'd':
	case 'i':
		put_signed(o, sp, signed_arg(sp, ap));
		return true;
	case 'u':
		put_unsigned(o, sp, unsigned_arg(sp, ap), 10);
		return true;
	case 'X':
		sp->flags |= UPPER;
		put_unsigned(o, sp, unsigned_arg(sp, ap), 16);
		return true;
	case 'x':
		put_unsigned(o, sp, unsigned_arg(sp, ap), 16);
		return true;
	case 'o':
		put_unsigned(o, sp, unsigned_arg(sp, ap), 8);
		return true;
	case 's':
		put_string(o, sp, va_arg(*ap, const char *));
		return true;
	case 'c':
		byte = va_arg(*ap, int);
		put_text(o, sp, &byte, 1);
		return true;
	case 'p':
		put_pointer(o, sp, va_arg(*ap, const void *));
		return true;
	case '%':
		put_run(o, "%", 1);
		return true;
	default:
		return false;
	}
}

static void format(struct out *o, const char *fmt, va_list *ap)
{
	for (;;) {
		struct spec sp = {.precision = -1, .length = sizeof(int)};
		const char *start = fmt;

		while (*fmt && *fmt != '%')
			fmt++;
		if (fmt != start)
			put_run(o, start, fmt - start);
		if (!*fmt)
			return;
		start = fmt++;
		fmt = parse_flags(fmt, &sp);
		fmt = parse_width(fmt, &sp, ap);
		fmt = parse_length(fmt, &sp);
		if (!put_conversion(o, &sp, *fmt, ap)) {
			put_run(o, start, strlen(start));
			return;
		}
		fmt++;
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out o = {.buf = buf, .size = size ? size - 1 : 0};
	va_list args;

	/* A va_list parameter may be an array's address; only a copy of our own can be passed by
	 * pointer. */
	va_copy(args, ap);
	format(&o, fmt, &args);
	va_end(args);
	if (size)
		buf[o.len < o.size ? o.len : o.size] = '\0';
	return o.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	len = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	if (len < size)
		return len;
	return size ? size - 1 : 0;
}
