/** CIDR blocks. */
import { isIP } from "node:net";
import * as ipaddr from "ipaddr.js";
import type { Check } from "./checks";
import * as problem from "./problem";

type Block = [address: ipaddr.IPv4 | ipaddr.IPv6, prefixLength: number];

function parse(text: unknown): Block | undefined {
    const [, address = "", length = ""] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(String(text)) ?? [];
    const version = isIP(address);
    const prefixLength = Number(length);
    if (version === 0 || address.includes("%") || prefixLength > (version === 4 ? 32 : 128)) {
        return undefined;
    }
    const known = ipaddr.parse(address);
    return known instanceof ipaddr.IPv6 && known.isIPv4MappedAddress() ? undefined : [known, prefixLength];
}

/** Kubernetes 1.36 and later rejects IPv4-mapped IPv6 addresses, and an address that is not the first of its block (KEP-4858). */
export const cidr: Check = (value, path) => {
    const block = typeof value === "string" ? parse(value) : undefined;
    if (!block) {
        return [problem.invalid(path, value, 'must be a CIDR block such as "203.0.113.0/24"')];
    }
    const [address, prefixLength] = block;
    const first = firstAddress(block);
    return first === address.toString()
        ? []
        : [
              problem.invalid(
                  path,
                  value,
                  `must begin with the first address of its block; set "${first}/${prefixLength}"`,
              ),
          ];
};

function firstAddress([address, prefixLength]: Block): string {
    const text = `${address.toString()}/${prefixLength}`;
    const { IPv4, IPv6 } = ipaddr;
    return (address.kind() === "ipv4" ? IPv4 : IPv6).networkAddressFromCIDR(text).toString();
}

/** Whether a block is a proper part of another one. */
export function isPartOf(part: unknown, whole: unknown): boolean {
    const [inner, outer] = [parse(part), parse(whole)];
    return (
        inner !== undefined &&
        outer !== undefined &&
        inner[0].kind() === outer[0].kind() &&
        inner[1] > outer[1] &&
        inner[0].match(outer[0], outer[1])
    );
}
