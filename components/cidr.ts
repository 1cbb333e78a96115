/** Blocks of IP addresses. */
import { BlockList, isIP } from "node:net";
import { type Check, problem } from "./checks";

interface Block {
    readonly address: string;
    readonly family: "ipv4" | "ipv6";
    readonly prefixLength: number;
}

function parse(text: unknown): Block | undefined {
    const [, address = "", length = ""] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(String(text)) ?? [];
    const version = isIP(address);
    const prefixLength = Number(length);
    return version === 0 || address.includes("%") || prefixLength > (version === 4 ? 32 : 128)
        ? undefined
        : { address, family: version === 4 ? "ipv4" : "ipv6", prefixLength };
}

export const cidr: Check = (value, path) =>
    typeof value === "string" && parse(value)
        ? []
        : [problem(path, value, 'must be a block of IP addresses such as "203.0.113.0/24"')];

/** Whether a block is a part of another one, and not all of it. */
export function isPartOf(part: unknown, whole: unknown): boolean {
    const [inner, outer] = [parse(part), parse(whole)];
    if (!inner || !outer || inner.family !== outer.family || inner.prefixLength <= outer.prefixLength) {
        return false;
    }
    const list = new BlockList();
    list.addSubnet(outer.address, outer.prefixLength, outer.family);
    return list.check(inner.address, inner.family);
}
