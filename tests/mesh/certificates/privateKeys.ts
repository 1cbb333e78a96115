/** Finds private keys in texts, in the forms in which Pulumi and Kubernetes handle them. */

/** Returns parts of private keys that must not be readable anywhere. They contain nothing of the public keys. */
export function keyParts(secrets: unknown): string[] {
    if (typeof secrets === "string") {
        return partsOf(secrets);
    }
    if (typeof secrets !== "object" || secrets === null) {
        return [];
    }
    return [...new Set(Object.values(secrets).flatMap(keyParts))];
}

function partsOf(text: string): string[] {
    const json = parsed(text);
    if (json !== undefined) {
        return keyParts(json);
    }
    if (!text.includes("PRIVATE KEY-----")) {
        return [];
    }
    const lines = text.trim().split("\n").slice(1, -1);
    // An EC key begins with the private number. An RSA key begins with the modulus, which is also in the certificate.
    const depth = lines.length < 6 ? 0 : 0.75;
    const secretLine = lines[Math.floor(lines.length * depth)]!;
    // The line in base64, as in the data of a Secret.
    const start = Math.ceil(text.indexOf(secretLine) / 3) * 3;
    return [secretLine, Buffer.from(text.slice(start, start + 30)).toString("base64")];
}

/** Parses JSON within a string, the form in which the engine prints secrets with --show-secrets. */
function parsed(text: string): unknown {
    try {
        return /^[{["]/.test(text) ? (JSON.parse(text) as unknown) : undefined;
    } catch {
        return undefined;
    }
}

/** Returns the text before each part that occurs in the text, without the part itself. */
export function found(parts: readonly string[], text: string): string[] {
    return parts.flatMap((part) => {
        const at = text.indexOf(part);
        return at < 0 ? [] : [`${text.slice(Math.max(0, at - 120), at)}...`];
    });
}
