/** The client outside the mesh, with a bundle. */
import type { ClientBundle } from "../..";
import type { Cluster } from "../../lab/cluster";
import { giveBundle, outsideClient } from "../../lab/demo/clients";
import { curl } from "../../lab/demo/curl";
import { eventually } from "./eventually";

/** Gives the outside client a bundle under this name, and waits until the URL serves the client with it. */
export async function servedOutside(
    cluster: Cluster,
    name: string,
    { url, clientBundle }: { readonly url: string; readonly clientBundle: Required<ClientBundle> },
    limitSeconds?: number,
): Promise<void> {
    await giveBundle(cluster, outsideClient, name, clientBundle);
    await eventually(
        `the client ${name} is served at ${url} in ${cluster.description}`,
        () => curl(cluster, outsideClient, `${url}/status/200`, { ca: name, certificate: name }),
        ({ status }) => status === 200,
        limitSeconds,
    );
}
