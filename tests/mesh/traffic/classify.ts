/**
 * Who answered a hostile attempt. In doubt it is the application, so that an unforeseen answer counts as an open port. The
 * `server` header does not help: Envoy overwrites the application's.
 */

/** What the client received on one connection. */
export interface Observation {
    /** The value that the request asked the application to return. */
    readonly nonce: string;
    /** Whether the client used TLS. */
    readonly tls: boolean;
    /** The bytes of the TCP connection. */
    readonly wire: Buffer;
    /** The bytes for the client: decrypted with TLS, otherwise those of the connection. */
    readonly text: Buffer;
    /** How the connection ended: "end", "complete", "limit", or an error's code. */
    readonly ending: string;
}

/**
 * `answered`: by the application. `admitted`: Envoy admitted the request but could not deliver it; the port was still open.
 * `refused`: by Envoy or by TLS. `silent`: no byte until the limit.
 */
export type Outcome = "answered" | "admitted" | "refused" | "silent";

export interface Verdict {
    readonly outcome: Outcome;
    readonly reason: string;
}

/** Bodies of Envoy's local replies: filters/common/rbac, common/http/utility.cc, and common/router/router.cc. */
const denied = "RBAC: access denied";
const noUpstream = [
    "upstream connect error or disconnect/reset before headers",
    "no healthy upstream",
    "upstream request timeout",
];

export function classify({ nonce, tls, wire, text, ending }: Observation): Verdict {
    if (text.includes(nonce) || wire.includes(nonce)) {
        return { outcome: "answered", reason: "the nonce" };
    }
    if (wire.length === 0) {
        return { outcome: ending === "limit" ? "silent" : "refused", reason: ending };
    }
    if (text.length > 0) {
        return classifyText(text, ending);
    }
    return tls && startsLikeTls(wire) ? { outcome: "refused", reason: ending } : classifyText(wire, ending);
}

function classifyText(text: Buffer, ending: string): Verdict {
    if (isTlsAlert(text)) {
        return { outcome: "refused", reason: "TLS alert" };
    }
    const frames = http2Frames(text);
    if (frames !== undefined) {
        return frames.some(({ type }) => type === headersFrame)
            ? classifyBody(http2Body(frames), "HTTP/2")
            : { outcome: "refused", reason: `HTTP/2 without an answer, ${ending}` };
    }
    const head = /^HTTP\/1\.[01] \d{3}.*?\r\n\r\n/s.exec(text.toString("latin1"))?.[0];
    return head === undefined
        ? { outcome: "answered", reason: "bytes that are neither TLS nor HTTP" }
        : classifyBody(text.subarray(head.length).toString("latin1"), head.slice(0, head.indexOf("\r\n")));
}

function classifyBody(body: string, status: string): Verdict {
    if (body === denied) {
        return { outcome: "refused", reason: body };
    }
    const admission = noUpstream.find((beginning) => body.startsWith(beginning));
    return admission === undefined
        ? { outcome: "answered", reason: `${status} that is not Envoy's` }
        : { outcome: "admitted", reason: admission };
}

/** Whether the answer is complete or will not come: Envoy keeps a connection open for a second after a local reply. */
export function isComplete(text: Buffer): boolean {
    const [, head, length] =
        /^(HTTP\/1.*?\r\ncontent-length: *(\d+)\r\n(?:.*?\r\n)?\r\n)/is.exec(text.toString("latin1")) ?? [];
    if (head !== undefined) {
        return text.length >= head.length + Number(length);
    }
    const endStream = 0x01;
    return (http2Frames(text) ?? []).some(
        ({ type, flags, whole }) =>
            whole &&
            (type === resetFrame ||
                type === goawayFrame ||
                ((type === dataFrame || type === headersFrame) && (flags & endStream) !== 0)),
    );
}

/** The beginning of a record of a handshake or an alert (RFC 8446, section 5.1). */
export function startsLikeTls(bytes: Buffer): boolean {
    return (bytes[0] === 22 || bytes[0] === 21) && (bytes[1] ?? 3) === 3 && (bytes[2] ?? 0) <= 4;
}

function isTlsAlert(bytes: Buffer): boolean {
    return bytes.length === 7 && bytes[0] === 21 && startsLikeTls(bytes) && bytes.readUInt16BE(3) === 2;
}

const dataFrame = 0;
const headersFrame = 1;
const resetFrame = 3;
const settingsFrame = 4;
const goawayFrame = 7;

interface Frame {
    readonly type: number;
    readonly flags: number;
    readonly payload: Buffer;
    /** False for the last frame if it is incomplete. */
    readonly whole: boolean;
}

/** Returns a server's frames, which begin with SETTINGS (RFC 9113, section 3.4); undefined if the bytes are not HTTP/2. */
function http2Frames(bytes: Buffer): Frame[] | undefined {
    const frames: Frame[] = [];
    for (let offset = 0; offset + 9 <= bytes.length;) {
        const length = bytes.readUIntBE(offset, 3);
        const type = bytes[offset + 3]!;
        const payload = bytes.subarray(offset + 9, offset + 9 + length);
        if (length > 16384 || type > 12 || (offset === 0 && (type !== settingsFrame || length % 6 !== 0))) {
            return undefined;
        }
        frames.push({ type, flags: bytes[offset + 4]!, payload, whole: payload.length === length });
        offset += 9 + length;
    }
    return frames.length === 0 ? undefined : frames;
}

/** Returns the body, which alone shows who answered: headers are compressed, a body is not. */
function http2Body(frames: readonly Frame[]): string {
    return Buffer.concat(frames.filter(({ type }) => type === dataFrame).map(({ payload }) => payload)).toString(
        "latin1",
    );
}
