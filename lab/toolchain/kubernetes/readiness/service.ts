/**
 * A Service is ready when its endpoints have not changed for ten seconds and all of them are ready:
 * provider/pkg/await/service.go. A Service without a selector, a headless and an external Service do not wait for endpoints.
 */
import { toText } from "../../plugin/values";
import { type ApiServer, type KubernetesObject, nameOf } from "../apiServer";
import { pluck } from "../objects";
import { toRecords } from "./pods";
import type { Condition } from "./readiness";

const settleMilliseconds = 10_000;

export function serviceReady(): Condition {
    let version: unknown;
    let changedAt = Date.now();
    return async (api, object, settle) => {
        const service = await api.get(object);
        const allocated =
            pluck(service, "spec", "type") !== "LoadBalancer" ||
            toRecords(pluck(service, "status", "loadBalancer", "ingress")).length > 0;
        if (!hasEndpoints(service)) {
            return { ready: allocated, reasons: describeReasons(allocated, true), object: service };
        }
        const endpoints = await findEndpoints(api, service);
        if (version !== endpoints?.metadata["resourceVersion"]) {
            version = endpoints?.metadata["resourceVersion"];
            changedAt = Date.now();
        }
        const settled = !settle || (endpoints !== undefined && Date.now() - changedAt >= settleMilliseconds);
        const subsets = toRecords(endpoints?.["subsets"]);
        const targets = subsets.some((subset) => toRecords(subset["addresses"]).length > 0);
        const pending = subsets.some((subset) => toRecords(subset["notReadyAddresses"]).length > 0);
        return {
            ready: allocated && settled && !pending,
            reasons: describeReasons(allocated, targets),
            object: service,
        };
    };
}

function hasEndpoints(service: KubernetesObject): boolean {
    const selector = pluck(service, "spec", "selector");
    return (
        Object.keys(selector ?? {}).length > 0 &&
        pluck(service, "spec", "clusterIP") !== "None" &&
        pluck(service, "spec", "type") !== "ExternalName"
    );
}

async function findEndpoints(api: ApiServer, service: KubernetesObject): Promise<KubernetesObject | undefined> {
    const all = await api.list("v1", "Endpoints", toText(service.metadata["namespace"]));
    return all.find((endpoints) => nameOf(endpoints) === nameOf(service));
}

function describeReasons(allocated: boolean, targets: boolean): string[] {
    return [
        ...(targets
            ? []
            : [
                  "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may " +
                      "not match labels on any Pods",
              ]),
        ...(allocated ? [] : ["Service was not allocated an IP address; does your cloud provider support this?"]),
    ];
}
