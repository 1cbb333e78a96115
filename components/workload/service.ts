/** The Service in front of the pods. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { announceReplacement } from "../previews/replacements";
import { announcingCuts } from "../previews/openConnectionsHook";
import type { Context } from "../context";
import { input, list, object, oneOf } from "../validation/checks";
import { serviceCut } from "../previews/openConnections";
import { annotations } from "../kubernetes/names";
import type { Labels } from "../kubernetes/labels";
import { defaultPorts, hasTls, type ResolvedListener } from "../listeners/listeners";
import { mergeMaps } from "../kubernetes/metadata";

/** From where a Service is reached. */
export const ServiceType = { ClusterIp: "ClusterIP", NodePort: "NodePort", LoadBalancer: "LoadBalancer" } as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

/** IPv4, IPv6 or both. */
export const IpFamilyPolicy = {
    SingleStack: "SingleStack",
    PreferDualStack: "PreferDualStack",
    RequireDualStack: "RequireDualStack",
} as const;
export type IpFamilyPolicy = (typeof IpFamilyPolicy)[keyof typeof IpFamilyPolicy];

/** The Service that is made here (https://kubernetes.io/docs/concepts/services-networking/service/). */
export interface ServiceSettings {
    /** From where it is reached: "ClusterIP" from inside the cluster, "NodePort" at every node, "LoadBalancer" at a load balancer of the cloud's, which has to pass TLS on unopened. Default: "ClusterIP". */
    readonly type?: pulumi.Input<ServiceType>;
    /** Annotations, such as those by which a cloud sets up its load balancer. Default: none. */
    readonly annotations?: pulumi.Input<{ [annotation: string]: pulumi.Input<string> }>;
    /** Whether it has addresses of one IP family or of both: "SingleStack", "PreferDualStack" or "RequireDualStack". Default: the cluster's, "SingleStack". */
    readonly ipFamilyPolicy?: pulumi.Input<IpFamilyPolicy>;
    /** Its IP families, "IPv4" or "IPv6", the first one first. Default: the cluster's. */
    readonly ipFamilies?: pulumi.Input<pulumi.Input<string>[]>;
}

export const serviceCheck = object<ServiceSettings>({
    type: input(oneOf(Object.values(ServiceType))),
    annotations: input(annotations),
    ipFamilyPolicy: input(oneOf(Object.values(IpFamilyPolicy))),
    ipFamilies: input(list(oneOf(["IPv4", "IPv6"]), { nonEmpty: true })),
});

/** It does not wait for pods: those that are made here are ready before it, and others may come after the chain. */
export function createService(
    {
        service: settings,
        existingService,
        sidecar,
    }: {
        readonly service?: ServiceSettings;
        readonly existingService?: pulumi.Input<string>;
        readonly sidecar: pulumi.CustomResource;
    },
    { name, service, namespace, pods, listeners, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    if (existingService) {
        return [];
    }
    const created = new k8s.core.v1.Service(
        `${name}-service`,
        {
            metadata: metadata({
                name: service,
                namespace,
                labels: mergeMaps(pods.selector, { service }),
                annotations: mergeMaps(settings?.annotations, { "pulumi.com/skipAwait": "true" }),
            }),
            spec: listeners.apply((known) => serviceSpec(pods.selector, known, settings)),
        },
        // A Service that was imported has its address among its inputs, and the provider would replace it for that.
        {
            ...announcingCuts(after(...before), `${name}-service`, serviceCut),
            ignoreChanges: ["spec.clusterIP", "spec.clusterIPs"],
        },
    );
    announceReplacement(
        sidecar.id,
        created.id,
        "The Service is made, or made anew: clients of a former name or address cannot connect.",
        created,
    );
    return [created];
}

export function serviceSpec(
    selector: pulumi.Input<Labels>,
    listeners: readonly ResolvedListener[],
    settings?: ServiceSettings,
): k8s.types.input.core.v1.ServiceSpec {
    const { type, ipFamilyPolicy, ipFamilies } = settings ?? {};
    return {
        ...(type ? { type } : {}),
        ...(ipFamilyPolicy ? { ipFamilyPolicy } : {}),
        ...(ipFamilies ? { ipFamilies } : {}),
        ports: listeners.map((listener) => ({
            name: portName(listener),
            port: listener.servicePort,
            targetPort: listener.listenerPort,
        })),
        selector,
    };
}

/**
 * Istio reads the protocol of a port from its name; https and tls are passed on untouched by clients in the mesh. Another port
 * needs another name: the preview of its first change finds the old port beside the new one, and the API server refuses two of
 * one name (pulumi-kubernetes: fixCSAFieldManagers does nothing in a preview).
 */
function portName(listener: ResolvedListener): string {
    const { servicePort } = hasTls(listener) ? defaultPorts.withTls : defaultPorts.plain;
    const protocol = listener.protocol.toLowerCase();
    return listener.servicePort === servicePort ? protocol : `${protocol}-${listener.servicePort}`;
}

/** The domain of clusters that nobody has given another one. */
export const defaultClusterDomain = "cluster.local";

/** The name by which clients outside the namespace reach a Service (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/). */
export function serviceHost(service: string, namespace: string, clusterDomain: string): string {
    return `${service}.${namespace}.svc.${clusterDomain}`;
}
