/** All clients, built if necessary. */
import { join } from "node:path";
import { makeBuilds, plannedBuilds } from "../../../lab/build";
import { isBuilt } from "../../../lab/build/cache";
import { Progress } from "../../../lab/progress";
import type { Client } from "./client";
import { curlClient } from "./curlClient";
import { goClient, goClientBuilds } from "./goClient";
import { hostClient } from "./hostClient";
import { javaClient, javaClientBuilds } from "./javaClient";

export const clientNames = ["curl", "Go", "Java", "Python"] as const;
export type ClientName = (typeof clientNames)[number];

/** Builds the clients that are not in the lab's cache, with progress on standard error. */
export async function buildClients(): Promise<Readonly<Record<ClientName, Client>>> {
    const missing = [...goClientBuilds(), ...javaClientBuilds()].filter((build) => !isBuilt(build));
    await makeBuilds(missing, new Progress(plannedBuilds(missing)));
    return {
        curl: curlClient(),
        Go: goClient(),
        Java: javaClient(),
        Python: hostClient("Python", ["python3", join(__dirname, "clients", "client.py")]),
    };
}
