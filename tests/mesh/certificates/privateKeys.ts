/** Finds private keys in texts, in the forms in which Pulumi and Kubernetes handle them. */

/** Parts of texts that nobody may read who may not have the key; what is public of a key is in none of them. */
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
    // An EC key begins with the private number. An RSA key begins with the modulus, which the certificate has as well.
    const depth = lines.length < 6 ? 0 : 0.75;
    const secretLine = lines[Math.floor(lines.length * depth)]!;
    // The same in base64, as in the data of a Secret.
    const start = Math.ceil(text.indexOf(secretLine) / 3) * 3;
    return [secretLine, Buffer.from(text.slice(start, start + 30)).toString("base64")];
}

/** What is JSON within a string, as the engine writes secrets when it is asked to show them. */
function parsed(text: string): unknown {
    try {
        return /^[{["]/.test(text) ? (JSON.parse(text) as unknown) : undefined;
    } catch {
        return undefined;
    }
}

/** Those of the parts that are in the text, each with what stands around it, itself left out. */
export function found(parts: readonly string[], text: string): string[] {
    return parts.flatMap((part) => {
        const at = text.indexOf(part);
        return at < 0 ? [] : [`${text.slice(Math.max(0, at - 120), at)}...`];
    });
}
