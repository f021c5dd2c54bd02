#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Packs the kernel image: pack.py IMAGE.bin > quire.img

IMAGE.bin is what objcopy makes of build/quire.elf. The words in its header (boot/start.S) say which
part is to be packed, and get the packed length and a checksum; boot/unpack.c undoes it. The format is
described in lib/unpack.c.
"""

import collections
import heapq
import math
import struct
import sys

PACKED_PART = 0x34  # in the header: packed size, two sums, its place, start and end of what it becomes

# As in lib/unpack.c: (first of the class, bits that tell which).
RUNS = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 2), (11, 4), (27, 8)]
MATCHES = [(0, 0), *((n, 0) for n in range(3, 11)), (11, 2), (15, 3), (23, 5), (55, 8)]
DISTANCES = 70
MAX_DISTANCE = 1 << 19
CODE_BITS = 10
MIN_MATCH, MAX_MATCH, MAX_RUN = 3, 55 + 255, 27 + 255
CANDIDATES = 100  # places that are looked at for each match
# Bits that a match has to save before it is one: each takes some 70 instructions at every boot.
WORTH = 7
LITERAL_COST = 8.2  # a byte, and its share of the command


def classes(table, top):
    """For each number up to top: (its class, the bits that follow, their number)."""
    result = []
    for n in range(top + 1):
        index = max(i for i, (base, _) in enumerate(table) if base <= n)
        result.append((index, n - table[index][0], table[index][1]))
    return result


RUN_CLASS = classes(RUNS, MAX_RUN)
MATCH_CLASS = classes(MATCHES, MAX_MATCH)


def distance_class(distance):
    half, low = (distance - 1) >> 1, (distance - 1) & 1
    extra = max(half.bit_length() - 2, 0)
    index = half if half < 4 else 2 * extra + (half >> extra)
    return 2 * index + low, half & ((1 << extra) - 1), extra


# -- which matches there are, and which to take ----------------------------------------------------


def common(data, a, b, known):
    """How many bytes from a and from b on are the same; the first `known` are."""
    top = min(MAX_MATCH, len(data) - b)
    n = known
    while n < top and data[a + n] == data[b + n]:
        n += 1
    return n


def find_matches(data):
    """For each position [(length, distance)], both rising: the nearest match of each length."""
    places = collections.defaultdict(list)
    found = []
    for at in range(len(data)):
        key, matches, best = data[at : at + MIN_MATCH], [], MIN_MATCH - 1
        known = places[key]
        for place in known[: -CANDIDATES - 1 : -1]:
            if at - place > MAX_DISTANCE:
                break
            if best >= MIN_MATCH and data[place : place + best + 1] != data[at : at + best + 1]:
                continue
            length = common(data, place, at, MIN_MATCH)
            if length > best:
                matches.append((length, at - place))
                best = length
                if length == MAX_MATCH:
                    break
        found.append(matches)
        if len(key) == MIN_MATCH:
            known.append(at)
    return found


def choose(found, match_cost, distance_cost):
    """The cheapest way to the end from each position; returns [(position, length, distance)]."""
    size = len(found)
    cost, step = [0.0] * (size + 1), [(1, 0)] * size
    for at in range(size - 1, -1, -1):
        best, choice, shortest = LITERAL_COST + cost[at + 1], (1, 0), MIN_MATCH
        for longest, distance in found[at]:
            index, _, extra = distance_class(distance)
            price = distance_cost[index] + extra
            for length in range(max(shortest, longest - 20), longest + 1):
                total = price + match_cost[length] + cost[at + length]
                if total < best:
                    best, choice = total, (length, distance)
            shortest = longest + 1
        cost[at], step[at] = best, choice
    taken, at = [], 0
    while at < size:
        length, distance = step[at]
        if distance:
            taken.append((at, length, distance))
        at += length
    return taken


def commands_of(taken, size):
    """[(literals, length, distance)] for the matches taken; without a match, length is 0."""
    commands, at = [], 0
    for place, length, distance in [*taken, (size, 0, 0)]:
        run = place - at
        while run > MAX_RUN:
            commands.append((MAX_RUN, 0, 0))
            run -= MAX_RUN
        if run or length:
            commands.append((run, length, distance))
        at = place + length
    return commands


# -- codes ---------------------------------------------------------------------------------------


def code_lengths(counts, n):
    """Lengths of a Huffman code without any above CODE_BITS; at least two codes, so that they use
    up all numbers, but none for the first command, which does nothing."""
    least = 1
    while True:
        heap = [(max(count, least), i, (i,)) for i, count in enumerate(counts[:n]) if count]
        heap += [(1, i, (i,)) for i in range(1, n) if not counts[i]][: max(0, 2 - len(heap))]
        heapq.heapify(heap)
        lengths = [0] * n
        while len(heap) > 1:
            a, b = heapq.heappop(heap), heapq.heappop(heap)
            for i in a[2] + b[2]:
                lengths[i] += 1
            heapq.heappush(heap, (a[0] + b[0], a[1], a[2] + b[2]))
        if max(lengths) <= CODE_BITS:
            return lengths
        least *= 2


def codes(lengths):
    """(code, length) of each; the code's first bit lowest."""
    result, code = [(0, 0)] * len(lengths), 0
    for bits in range(1, CODE_BITS + 1):
        for i, length in enumerate(lengths):
            if length == bits:
                result[i] = (int(f"{code:0{bits}b}"[::-1], 2), bits)
                code += 1
        code <<= 1
    return result


def count(commands):
    pairs, distances = [0] * (len(RUNS) * len(MATCHES)), [0] * DISTANCES
    for run, length, distance in commands:
        pairs[RUN_CLASS[run][0] * len(MATCHES) + MATCH_CLASS[length][0]] += 1
        if distance:
            distances[distance_class(distance)[0]] += 1
    return pairs, distances


def prices(commands):
    """What a match of each length, and a distance of each class, costs in bits."""
    pairs, distances = count(commands)
    by_match = [sum(pairs[i :: len(MATCHES)]) for i in range(len(MATCHES))]
    total = sum(pairs)
    runs = [sum(pairs[i * len(MATCHES) : (i + 1) * len(MATCHES)]) for i in range(len(RUNS))]
    run_cost = -sum(n * math.log2(n / total) for n in runs if n) / total

    def bits(n, total):
        return min(12.0, -math.log2((n + 0.1) / (total + 1)))

    match_cost = [WORTH + run_cost + bits(by_match[index], total) + extra for index, _, extra in MATCH_CLASS]
    return match_cost, [bits(n, sum(distances)) for n in distances]


class Bits:
    def __init__(self):
        self.value, self.count = 0, 0
        self.bytes = bytearray()

    def add(self, value, bits):
        self.value |= value << self.count
        self.count += bits
        while self.count >= 8:
            self.bytes.append(self.value & 0xFF)
            self.value >>= 8
            self.count -= 8


def encode(data, commands):
    counts = count(commands)
    lengths = [code_lengths(counts[0], len(counts[0])), code_lengths(counts[1], len(counts[1]))]
    pair_codes, distance_codes = codes(lengths[0]), codes(lengths[1])
    literals, bits, at = bytearray(), Bits(), 0
    for run, length, distance in commands:
        literals += data[at : at + run]
        at += run + length
        run_class, which_run, run_bits = RUN_CLASS[run]
        match_class, which_match, match_bits = MATCH_CLASS[length]
        bits.add(*pair_codes[run_class * len(MATCHES) + match_class])
        bits.add(which_run, run_bits)
        bits.add(which_match, match_bits)
        if distance:
            index, which, extra = distance_class(distance)
            bits.add(*distance_codes[index])
            bits.add(which, extra)
    bits.add(0, 7)
    nibbles = lengths[0] + lengths[1]
    header = bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2]))
    packed = struct.pack("<I", len(literals)) + header + literals + bytes(len(literals) % 2) + bits.bytes
    return packed + bytes(4 + -len(packed) % 4)


def compress(data):
    found = find_matches(data)
    match_cost, distance_cost, commands = [7.0] * (MAX_MATCH + 1), [5.0] * DISTANCES, []
    for _ in range(4):  # what codes cost depends on what is chosen, and the other way round
        commands = commands_of(choose(found, match_cost, distance_cost), len(data))
        match_cost, distance_cost = prices(commands)
    return encode(data, commands)


# -- the image -----------------------------------------------------------------------------------


def sums(data):
    total = totals = 0
    for (word,) in struct.iter_unpack("<I", data):
        total += word
        totals += total
    return total & 0xFFFFFFFF, totals & 0xFFFFFFFF


def pack(image):
    packed_already, _, _, place, start, end = struct.unpack_from("<6I", image, PACKED_PART)
    if packed_already or end != len(image) or not 0 < place <= start < end:
        raise ValueError("this is not an unpacked image")
    stream = compress(image[start:end])
    if len(stream) > end - start:
        raise ValueError("packing makes it longer")
    packed = bytearray(image[:place] + stream)
    struct.pack_into("<3I", packed, PACKED_PART, len(stream), *sums(stream))
    return bytes(packed)


def main():
    with open(sys.argv[1], "rb") as file:
        image = file.read()
    try:
        sys.stdout.buffer.write(pack(image))
    except ValueError as error:
        sys.exit(f"pack: {error}")


if __name__ == "__main__":
    main()
