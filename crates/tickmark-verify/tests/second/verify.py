#!/usr/bin/env python3
"""A second verifier of Tickmark bundles, for tests only: written from docs/format, not from the Rust code.

    verify.py FILE [--policy P] [--since CHECKPOINT] [--auditor-key VKEY]...      verdict as JSON
    verify.py --stream [...]       bundles on standard input, each after its length (4 bytes big endian);
                                   one line `LEVEL N M SIZE` for each
    verify.py --leaf INDEX         leaves in hexadecimal, one a line; `ok HASH` or `refused`

Nothing to install: Python 3.9 and its own library. Ed25519 is in ed25519.py beside this file.
"""
import base64
import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ed25519

MAGIC = b"TICKMARK-BUNDLE 1\n"
U64 = 1 << 64
SPACES = set(map(chr, [*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]))


class Refused(Exception):
    """The bundle is invalid."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def sha(*parts):
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(part)
    return hasher.digest()


def decimal(text):
    need(text.isascii() and text.isdigit() and (text == "0" or text[0] != "0"), "number")
    need(int(text) < U64, "number")
    return int(text)


def unbase64(text):
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Refused("base64")
    need(base64.b64encode(raw).decode() == text, "base64")
    return raw


# ---- CBOR ------------------------------------------------------------------------------------------------------


def item(data, at, depth):
    """One data item as (tag, value, next offset); maps are lists of pairs."""
    need(at < len(data), "cut")
    first = data[at]
    major, info = first >> 5, first & 31
    start, at = at, at + 1
    if info < 24:
        number = info
    else:
        need(info <= 27, "reserved")
        width = 1 << (info - 24)
        need(at + width <= len(data), "cut")
        number = int.from_bytes(data[at : at + width], "big")
        need(number >= {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}[width], "not shortest")
        at += width
    if major == 0:
        return "uint", number, at
    if major in (2, 3):
        need(at + number <= len(data), "cut")
        raw = bytes(data[at : at + number])
        if major == 2:
            return "bytes", raw, at + number
        try:
            return "text", raw.decode("utf-8"), at + number
        except UnicodeDecodeError:
            raise Refused("utf-8")
    if major == 7:
        need(first in (0xF4, 0xF5), "type")
        return "bool", first == 0xF5, at
    need(major in (4, 5), "type")
    need(depth > 0, "depth")
    found, before = [], None
    for _ in range(number):
        if major == 5:
            begin = at
            key = item(data, at, depth - 1)
            at = key[2]
            need(before is None or before < data[begin:at], "key order")
            before = data[begin:at]
            value = item(data, at, depth - 1)
            found.append((key[:2], value[:2]))
        else:
            value = item(data, at, depth - 1)
            found.append(value[:2])
        at = value[2]
    return ("array", "map")[major - 4], found, at


def want(value, tag, size=None):
    need(value[0] == tag, "type")
    need(size is None or len(value[1]) == size, "size")
    return value[1]


def name(value):
    text = want(value, "text")
    need(1 <= len(text) <= 64 and all(c in "abcdefghijklmnopqrstuvwxyz0123456789._" for c in text), "name")
    return text


class Leaf:
    def __init__(self, data, index):
        need(len(data) <= 65535, "too long")
        # Outer map, body map and 16 levels inside.
        value = item(data, 0, 18)
        need(value[2] == len(data), "trailing")
        pairs = want(value, "map")
        need(len(pairs) in (8, 9), "keys")
        for number, (key, _) in enumerate(pairs):
            need(key == ("uint", number), "keys")
        fields = [value for _, value in pairs]
        need(fields[0] == ("uint", 1), "version")
        self.kind = name(fields[1])
        self.time = want(fields[2], "uint")
        need(self.time < 1 << 63, "time")
        side, actor = want(fields[3], "array", 2)
        self.side = want(side, "uint")
        need(self.side <= 2, "side")
        want(actor, "bytes", 16)
        self.key = want(fields[4], "bytes", 32)
        self.refs = [want(ref, "uint") for ref in want(fields[5], "array")]
        need(all(a < b for a, b in zip(self.refs, self.refs[1:])), "refs")
        need(all(ref < index for ref in self.refs), "refs")
        self.blobs = []
        for blob in want(fields[6], "array"):
            role, commitment, length = want(blob, "array", 3)
            self.blobs.append((name(role), want(commitment, "bytes", 32), want(length, "uint")))
        self.body = want(fields[7], "map")
        need(all(key[0] == "uint" for key, _ in self.body), "body")
        self.signature = None
        if len(fields) == 9:
            key_id, signature = want(fields[8], "array", 2)
            self.signature = (want(key_id, "bytes", 4), want(signature, "bytes", 64))
            # 08 82 44 id 58 40 signature are the last 73 bytes.
            self.signed = b"tickmark/leaf/v1\n\xa8" + data[1:-73]
        need(self.side != 1 or self.signature, "auditor unsigned")


# ---- keys, notes, checkpoints, policy --------------------------------------------------------------------------


def key_name(text):
    good = text and not any(c in SPACES or c == "+" or ord(c) < 32 or 127 <= ord(c) < 160 for c in text)
    need(good, "key name")
    return text


class Key:
    def __init__(self, text):
        parts = text.split("+", 2)
        need(len(parts) == 3, "vkey")
        raw = unbase64(parts[2])
        need(len(raw) == 33 and raw[0] in (1, 4), "vkey")
        self.name, self.type, self.public = key_name(parts[0]), raw[0], raw[1:]
        need(ed25519.usable(self.public), "vkey point")
        self.id = sha(self.name.encode(), b"\n", raw)[:4]
        need(parts[1] == self.id.hex(), "vkey id")


class Note:
    def __init__(self, data):
        need(len(data) <= 65536, "note")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("note")
        need(not any(c < " " and c != "\n" for c in text), "note")
        at = text.rfind("\n\n")
        need(at > 0, "note")
        self.text, lines = text[: at + 1], text[at + 2 :]
        need(lines.endswith("\n"), "note")
        self.lines = {}
        for line in lines[:-1].split("\n"):
            need(line.startswith("— ") and line.count(" ") >= 2, "line")
            who, blob = line[2:].split(" ", 1)
            raw = unbase64(blob)
            need(len(raw) > 4, "line")
            claim = (key_name(who), raw[:4])
            need(claim not in self.lines, "twice")
            self.lines[claim] = raw[4:]
        need(len(self.lines) <= 64, "lines")

    def signed_by(self, key):
        """None if no line claims to be by the key."""
        raw = self.lines.get((key.name, key.id))
        if raw is None:
            return None
        return len(raw) == 64 and ed25519.verify(key.public, self.text.encode(), raw)

    def cosigned_by(self, key):
        """None, False, or the time."""
        raw = self.lines.get((key.name, key.id))
        if raw is None:
            return None
        if len(raw) != 72:
            return False
        time = int.from_bytes(raw[:8], "big")
        message = f"cosignature/v1\ntime {time}\n{self.text}".encode()
        return 0 < time < 1 << 63 and ed25519.verify(key.public, message, raw[8:]) and time


class Checkpoint:
    def __init__(self, data):
        self.note = Note(data)
        lines = self.note.text.split("\n")
        need(len(lines) == 4, "checkpoint")
        self.origin, self.size, self.root = key_name(lines[0]), decimal(lines[1]), unbase64(lines[2])
        need(len(self.root) == 32, "checkpoint")


class Policy:
    def __init__(self, data):
        need(len(data) <= 65536, "policy")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("policy")
        self.logs, self.nodes, self.quorum = [], {}, None
        publics, grouped = set(), set()
        for line in text.split("\n"):
            need(not any((c < " " and c != "\t") or c == "\x7f" for c in line), "policy")
            words = [word for word in line.replace("\t", " ").split(" ") if word]
            if not words or words[0].startswith("#"):
                continue
            if words[0] in ("log", "witness"):
                first = 1 if words[0] == "log" else 2
                need(first < len(words) <= first + 2, "policy")
                key = Key(words[first])
                need(key.type == (1 if words[0] == "log" else 4) and key.public not in publics, "policy")
                publics.add(key.public)
                if words[0] == "log":
                    self.logs.append(key)
                else:
                    self.define(words[1], key)
            elif words[0] == "group":
                need(len(words) >= 4, "policy")
                members = words[3:]
                for member in members:
                    need(member in self.nodes and member not in grouped, "policy")
                    grouped.add(member)
                threshold = {"all": len(members), "any": 1}.get(words[2])
                threshold = decimal(words[2]) if threshold is None else threshold
                need(1 <= threshold <= len(members), "policy")
                self.define(words[1], (threshold, members))
            else:
                need(words[0] == "quorum" and len(words) == 2 and self.quorum is None, "policy")
                need(words[1] == "none" or words[1] in self.nodes, "policy")
                self.quorum = words[1]
        need(self.quorum is not None and len(self.logs) <= 64 and len(self.nodes) <= 128, "policy")

    def define(self, name, what):
        need(name != "none" and name not in self.nodes, "policy")
        self.nodes[name] = what

    def witnessed(self, note):
        """Quorum met, satisfied members, members, times; invalid if a known witness's line does not verify."""
        met, times = {}, []
        for name, node in self.nodes.items():
            if isinstance(node, Key):
                time = note.cosigned_by(node)
                need(time is not False, "cosignature")
                met[name] = time is not None
                times += [time] if met[name] else []
            else:
                met[name] = sum(met[member] for member in node[1]) >= node[0]
        if self.quorum == "none":
            return False, 0, 0, times
        node = self.nodes[self.quorum]
        members = [self.quorum] if isinstance(node, Key) else node[1]
        return met[self.quorum], sum(met[member] for member in members), len(members), times


# ---- bundle ----------------------------------------------------------------------------------------------------


def allowed(path):
    if path.startswith("blobs/"):
        rest = path[6:]
        return len(rest) == 64 and all(c in "0123456789abcdef" for c in rest)
    if path.startswith("library/"):
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
        parts = path[8:].split("/")
        return len(path) <= 200 and all(p and p[0] != "." and all(c in letters for c in p) for p in parts)
    return path in ("checkpoint", "leaves", "manifest", "policy", "salts")


def container(data):
    need(data[:-32].startswith(MAGIC) and sha(data[:-32]) == data[-32:], "container")
    end, at, entries, folded = len(data) - 32, len(MAGIC), {}, set()
    before = ""
    while at < end:
        line = data.find(b"\n", at, min(end, at + 222))
        need(line >= 0, "heading")
        try:
            path, length = data[at:line].decode("ascii").split(" ")
        except ValueError:
            raise Refused("heading")
        need(allowed(path) and path > before, "path")
        need(not (path.startswith("library/") and path.lower() in folded), "path")
        folded.add(path.lower())
        at = line + 1 + decimal(length)
        need(at <= end, "length")
        entries[path] = data[line + 1 : at]
        before = path
    for path in ("checkpoint", "leaves", "manifest", "policy", "salts"):
        need(path in entries, "missing")
    return entries


def root_of(hashes):
    """RFC 9162 section 2.1.1, as written there."""
    if not hashes:
        return sha(b"")
    level = hashes
    while len(level) > 1:
        pairs = [sha(b"\x01", a, b) for a, b in zip(level[::2], level[1::2])]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0]


def frames(data):
    at, found = 0, []
    while at < len(data):
        need(at + 2 <= len(data), "frame")
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        need(end <= len(data), "frame")
        found.append(data[at + 2 : end])
        at = end
    return found


def check_blobs(entries, leaves):
    salts = entries["salts"]
    need(len(salts) % 64 == 0, "salts")
    table = [(salts[i : i + 32], salts[i + 32 : i + 64]) for i in range(0, len(salts), 64)]
    blobs = [(bytes.fromhex(path[6:]), data) for path, data in entries.items() if path.startswith("blobs/")]
    need([pair[0] for pair in table] == [blob[0] for blob in blobs], "salts")
    disclosed = dict(blobs)
    for commitment, salt in table:
        need(sha(b"tickmark/blob/v1\n", salt, disclosed[commitment]) == commitment, "commitment")
    uses = [use for leaf in leaves for use in leaf.blobs]
    for role, commitment, _ in list(uses):
        if role == "list" and commitment in disclosed:
            payload = disclosed[commitment]
            need(len(payload) % 40 == 0, "list")
            for at in range(0, len(payload), 40):
                uses.append(("", payload[at : at + 32], int.from_bytes(payload[at + 32 : at + 40], "big")))
    for _, commitment, length in uses:
        need(commitment not in disclosed or len(disclosed[commitment]) == length, "blob length")
    need(set(disclosed) <= {commitment for _, commitment, _ in uses}, "loose blob")


def check_signatures(leaves, auditor_keys):
    """Number of auditor's leaves whose key was not given."""
    unknown = 0
    for leaf in leaves:
        if leaf.signature:
            named = [key for key in auditor_keys if key.id == leaf.signature[0]]
            unknown += leaf.side == 1 and not named
            good = any(ed25519.verify(key.public, leaf.signed, leaf.signature[1]) for key in named)
            need(not named or good, "leaf signature")
    return unknown


def check_heads(entries, policy):
    head, key = Checkpoint(entries["checkpoint"]), None
    for log in policy.logs:
        if log.name == head.origin:
            signed = head.note.signed_by(log)
            need(signed is not False, "checkpoint signature")
            key = log if signed else key
    need(key is not None, "checkpoint unsigned")
    listed = [path for path in entries if path.startswith("library/")] + ["policy"]
    digest = sha(*[part for path in listed for part in (f"{path} {len(entries[path])}\n".encode(), entries[path])])
    manifest = Note(entries["manifest"])
    need(manifest.text == f"tickmark/manifest/v1\n{head.origin}\n{head.size}\n{digest.hex()}\n", "manifest")
    need(manifest.signed_by(key), "manifest signature")
    return head, key


def verdict(data, policy=None, since=None, auditor_keys=()):
    """(level, satisfied, members, size)"""
    try:
        entries = container(data)
        proposed = Policy(entries["policy"])
        head, key = check_heads(entries, policy or proposed)
        quorum, satisfied, members, _ = policy.witnessed(head.note) if policy else (False, 0, 0, [])
        raw = frames(entries["leaves"])
        leaves = [Leaf(leaf, index) for index, leaf in enumerate(raw)]
        hashes = [sha(b"\x00", leaf) for leaf in raw]
        need(len(hashes) == head.size and root_of(hashes) == head.root, "root")
        need(len({leaf.key for leaf in leaves}) == len(leaves), "idempotency keys")
        unknown = check_signatures(leaves, auditor_keys)
        check_blobs(entries, leaves)
    except Refused as why:
        return "invalid", 0, 0, 0, str(why)
    level, why = ("witnessed", "") if quorum and not unknown else ("unanchored", "quorum or auditor")
    if since:
        same_log = since.origin == head.origin and since.note.signed_by(key)
        if not same_log or since.size > head.size or root_of(hashes[: since.size]) != since.root:
            level, why = "diverged", "since"
    return level, satisfied, members, head.size, why


def stream(policy, since, auditor_keys):
    source, out = sys.stdin.buffer, sys.stdout
    while True:
        length = source.read(4)
        if len(length) < 4:
            return
        data = source.read(int.from_bytes(length, "big"))
        print(*verdict(data, policy, since, auditor_keys)[:4], file=out)


def leaf_lines(index):
    for line in sys.stdin:
        data = bytes.fromhex(line.strip())
        try:
            Leaf(data, index)
            print("ok", sha(b"\x00", data).hex())
        except Refused:
            print("refused")


def main(arguments):
    options = {"--policy": [], "--since": [], "--auditor-key": [], "--leaf": []}
    files, rest = [], iter(arguments)
    for argument in rest:
        if argument in options:
            options[argument].append(next(rest))
        else:
            files.append(argument)
    if options["--leaf"]:
        return leaf_lines(int(options["--leaf"][0]))
    read = lambda path: open(path, "rb").read()
    policy = Policy(read(options["--policy"][0])) if options["--policy"] else None
    since = Checkpoint(read(options["--since"][0])) if options["--since"] else None
    auditor_keys = [Key(text) for text in options["--auditor-key"]]
    if files == ["--stream"]:
        return stream(policy, since, auditor_keys)
    level, satisfied, members, size, why = verdict(read(files[0]), policy, since, auditor_keys)
    problems = [why] if why else []
    print(json.dumps({"verdict": level, "witnesses": [satisfied, members], "size": size, "problems": problems}))
    return int(level in ("invalid", "diverged"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
