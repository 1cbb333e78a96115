/** The two default listeners of the component, with settings (valid or not) of the one for clients outside the mesh. */
import type { Listener } from "..";

const tlsSettings = ["mode", "minProtocolVersion", "maxProtocolVersion", "cipherSuites"];

export function external(settings: object, internal: object = {}): Listener[] {
    const entries = Object.entries(settings);
    const isTls = ([key]: [string, unknown]) => tlsSettings.includes(key);
    const tls = Object.fromEntries(entries.filter(isTls));
    const protocol = (settings as { protocol?: unknown }).protocol;
    return [
        {
            name: "external",
            protocol: "HTTPS",
            ...Object.fromEntries(entries.filter((entry) => !isTls(entry))),
            ...(Object.keys(tls).length > 0 ? { tls } : {}),
        },
        { name: "internal", protocol: protocol === "TLS" ? "TCP" : "HTTP", ...internal },
    ];
}
