/** IP addresses in certificates. */
import { isIP } from "node:net";
import { type Check } from "./validation/checks";
import { problem } from "./validation/problem";

export const ipAddress: Check = (value, path) =>
    typeof value === "string" && isIP(value) !== 0 && !value.includes("%")
        ? []
        : [problem(path, value, "must be an IP address such as 192.0.2.1 or 2001:db8::1")];
