/** Values at the boundaries of the rules: the last valid ones, the first invalid ones, and common mistakes. */
import * as fc from "fast-check";

const long = (...lengths: number[]) => lengths.map((length) => "a".repeat(length));

export const names = [
    ...[
        "",
        " ",
        "a b",
        " a",
        "a ",
        "a\n",
        "A",
        "my_shop",
        "-a",
        "a-",
        ".a",
        "a.",
        "a..b",
        "a.-b",
        "1",
        "1a",
        "a.b",
        "ä",
        "*",
        "a/b",
    ],
    `${"a".repeat(64)}.b`,
];

/** Names of every length at which a rule begins or ends. */
export const lengths = long(1, 62, 63, 64, 244, 245, 253, 254);

export const ports = [
    ...[
        -1,
        0,
        1,
        80,
        8080,
        8443,
        9080,
        9081,
        14999,
        15000,
        15001,
        15020,
        15021,
        15090,
        15091,
        65535,
        65536,
        80.5,
        2 ** 53,
    ],
    ...[NaN, Infinity, "80", "", "http", 80n],
];

export const labelValues = [...names, ...lengths, "a_b", "A", "_a", "a_", "a*"];

const labelKeys = [
    ...[
        "",
        "a",
        "A",
        "my app",
        "a/",
        "/a",
        "a/b",
        "a/b/c",
        "A.example/b",
        "a_b/c",
        "example.com/-a",
        "*",
        "ä",
        "version",
        "service",
    ],
    ...["pod-template-hash", "sidecar.istio.io/inject", "istio.io/rev", "kubernetes.io/name", "__proto__", 'a"]["b'],
    ...long(63, 64),
    ...long(63, 252, 253, 254).map((prefix) => `${prefix}/a`),
    `a/${"a".repeat(64)}`,
];

export const labels: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom<unknown>({}, [], ["a"], "app=a", { app: 1 }, { app: null }, { app: ["a"] }),
    fc
        .tuple(fc.constantFrom(...labelKeys), fc.constantFrom(...labelValues))
        .map((entry) => Object.fromEntries([entry])),
    fc
        .constantFrom(256, 257, 4097)
        .map((count) => Object.fromEntries(Array.from({ length: count }, (_, key) => [`k${key}`, "v"]))),
);

export const images = [
    "",
    " ",
    " nginx",
    "nginx ",
    "nginx\n",
    "\u00a0nginx",
    "NGINX",
    "a b",
    "a:b:c",
    "http://a/b",
    "ä",
    ...long(1000),
];

export const uris = [
    ...[
        "",
        "a",
        "spiffe://",
        "spiffe://example.com",
        "spiffe://example.com/",
        "spiffe://example.com/a",
        "spiffe://example.com//a",
    ],
    ...[
        "spiffe://example.com/a/",
        "spiffe://example.com/*",
        "spiffe://*/a",
        "*",
        "spiffe://Example.com/a",
        "SPIFFE://example.com/a",
    ],
    ...[
        "spiffe://cluster.local/ns/a/sa/b",
        "spiffe://mesh.example/a",
        "spiffe://example.com/a?b",
        "spiffe://example.com/a b",
    ],
    ...["https://example.com/a", "spiffe://example.com:80/a", "spiffe://example.com/%61", "spiffe://example.com/."],
    ...long(2048).map((path) => `spiffe://example.com/${path}`),
];

export const clientNames = [
    "client",
    "Alice",
    "a_b",
    "a.b",
    "a b",
    "",
    "-a",
    "a/b",
    "ä",
    "*",
    "__proto__",
    "constructor",
    ...long(63, 64),
];

export const texts = ["", "a", " ", "ä", "𝒜".repeat(32), "\u0000", "a\nb", ...long(63, 64, 65)];

export const hours = [-1, 0, 1, 2, 719, 720, 8759, 8760, 876000, 876001, 1.5, NaN, "24"];

export const revisions = [
    ...[[], ["default"], ["canary", "default"], ["a", "a"], ["1.20"], ["A"], [""], ["-a"], ["a-"], [1], "default"],
    ...long(56, 57, 58, 63).map((name) => [name]),
];

export const flags = [true, false, "true", "", 0, 1];
