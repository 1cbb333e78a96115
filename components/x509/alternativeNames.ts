/** Subject alternative names (SANs) other than DNS names. */
import { isIP } from "node:net";
import type { Check } from "../validation/checks";
import * as problem from "../validation/problem";

export const ipAddress: Check = (value, path) =>
    typeof value === "string" && isIP(value) !== 0 && !value.includes("%")
        ? []
        : [problem.invalid(path, value, "must be an IP address such as 192.0.2.1 or 2001:db8::1")];

/** RFC 5280, section 4.2.1.6: absolute, in the characters of RFC 3986. */
export const uriName: Check = (value, path) =>
    typeof value === "string" &&
    /^[a-z][a-z0-9+.-]*:([A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/i.test(value) &&
    URL.canParse(value)
        ? []
        : [problem.invalid(path, value, "must be an absolute URI such as spiffe://example.com/servers/shop")];
