/** The bytes of the request that every attempt sends, which only the application can answer. */

/** httpbin answers with a JSON object that contains the URL, and so the nonce. */
export function pathOf(nonce: string): string {
    return `/anything/${nonce}`;
}

export function http1Request(host: string, nonce: string): Buffer {
    return Buffer.from(`GET ${pathOf(nonce)} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
}

/** The client's preface, empty SETTINGS, and a GET on stream 1 (RFC 9113, sections 3.4 and 8.3.1). */
export function http2Request(host: string, nonce: string, scheme: "http" | "https"): Buffer {
    // HPACK (RFC 7541): entries 2 and 6 or 7 of the static table, then literals with the names of entries 4 and 1.
    const headers = Buffer.concat([
        Buffer.from([0x82, scheme === "http" ? 0x86 : 0x87]),
        literal(0x04, pathOf(nonce)),
        literal(0x01, host),
    ]);
    const endStreamAndHeaders = 0x05;
    return Buffer.concat([
        Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        frame(0x04, 0, 0, Buffer.alloc(0)),
        frame(0x01, endStreamAndHeaders, 1, headers),
    ]);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
    const header = Buffer.alloc(9);
    header.writeUIntBE(payload.length, 0, 3);
    header.writeUInt8(type, 3);
    header.writeUInt8(flags, 4);
    header.writeUInt32BE(stream, 5);
    return Buffer.concat([header, payload]);
}

/** Encodes a literal without indexing and without Huffman coding. A length of 127 or more continues in one or two more bytes. */
function literal(nameIndex: number, value: string): Buffer {
    const rest = value.length - 127;
    const length = rest < 0 ? [value.length] : rest < 128 ? [127, rest] : [127, (rest & 127) | 128, rest >> 7];
    return Buffer.concat([Buffer.from([nameIndex, ...length]), Buffer.from(value, "latin1")]);
}
