/** curl with OpenSSL, in the pod outside the mesh that the demo also uses. */
import type { ClientBundle } from "../../..";
import { giveBundle, outsideClient } from "../../../lab/demo/clients";
import { curl } from "../../../lab/demo/curl";
import { type Attempt, type Client, otherName, type Outcome } from "./client";

export function curlClient(): Client {
    /** Names of the bundles in the pod. */
    const given = new Map<ClientBundle, string>();
    const attempt = async (wanted: Attempt): Promise<Outcome> => {
        const { server, bundle, version, underOtherName, withoutCertificate } = wanted;
        const name = given.get(bundle) ?? `bundle-${given.size}`;
        if (!given.has(bundle)) {
            await giveBundle(server.cluster, outsideClient, name, bundle);
            given.set(bundle, name);
        }
        const credentials = withoutCertificate ? { ca: name } : { ca: name, certificate: name };
        const pinned = [`--tlsv${version}`, "--tls-max", version];
        // Instead of another name in DNS: curl resolves the server's own name for the address only.
        const found = underOtherName ? ["--connect-to", `::${server.host}:${server.port}`] : [];
        const url = `https://${underOtherName ? otherName : server.host}:${server.port}/status/200`;
        const answer = await curl(server.cluster, outsideClient, url, credentials, [...pinned, ...found]);
        return answer.exitCode === 0
            ? { protocol: answer.tlsVersion, cipher: answer.cipher, status: answer.status }
            : { error: answer.error };
    };
    return { attempt };
}
