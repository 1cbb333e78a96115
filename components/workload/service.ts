/** The Service in front of the pods. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import type { Labels } from "../kubernetes/labels";
import { mergeMaps } from "../kubernetes/metadata";
import { annotations } from "../kubernetes/names";
import { defaultPorts, hasTls, type ResolvedListener } from "../listeners/listeners";
import * as messages from "../previews/messages";
import { describeServiceChange } from "../previews/openConnections";
import { announceOpenConnections } from "../previews/openConnectionsHook";
import { announceReplacement } from "../previews/replacements";
import { input, list, object, oneOf } from "../validation/checks";

/** Type of a Service. See [Service type](https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types). */
export const ServiceType = { ClusterIp: "ClusterIP", NodePort: "NodePort", LoadBalancer: "LoadBalancer" } as const;
export type ServiceType = (typeof ServiceType)[keyof typeof ServiceType];

/** Whether a Service has addresses of one IP family or of both. See [IPv4/IPv6 dual-stack](https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services). */
export const IpFamilyPolicy = {
    SingleStack: "SingleStack",
    PreferDualStack: "PreferDualStack",
    RequireDualStack: "RequireDualStack",
} as const;
export type IpFamilyPolicy = (typeof IpFamilyPolicy)[keyof typeof IpFamilyPolicy];

/** Settings of the Service that the component creates. See [Service](https://kubernetes.io/docs/concepts/services-networking/service/). */
export interface ServiceSettings {
    /** Type of the Service. "ClusterIP" is for clients in the cluster, "NodePort" opens a port on every node, and "LoadBalancer" requests a load balancer from the cloud provider, which must pass TLS through without terminating it. See [Service type](https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types). Default: "ClusterIP". */
    readonly type?: pulumi.Input<ServiceType>;
    /** Annotations of the Service, for example those that configure the load balancer of a cloud provider. Keys of `pulumi.com` are reserved. See [Annotations](https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/). Default: none. */
    readonly annotations?: pulumi.Input<{ [annotation: string]: pulumi.Input<string> }>;
    /** Whether the Service has addresses of one IP family or of both: "SingleStack", "PreferDualStack" or "RequireDualStack". See [IPv4/IPv6 dual-stack](https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services). Default: "SingleStack", which Kubernetes sets. */
    readonly ipFamilyPolicy?: pulumi.Input<IpFamilyPolicy>;
    /** IP families of the Service: "IPv4", "IPv6" or both, the primary one first. See [IPv4/IPv6 dual-stack](https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services). Default: the IP families of the cluster. */
    readonly ipFamilies?: pulumi.Input<pulumi.Input<string>[]>;
}

export const serviceCheck = object<ServiceSettings>({
    type: input(oneOf(Object.values(ServiceType))),
    annotations: input(annotations),
    ipFamilyPolicy: input(oneOf(Object.values(IpFamilyPolicy))),
    ipFamilies: input(list(oneOf(["IPv4", "IPv6"]), { nonEmpty: true })),
});

/** The Service does not wait for pods, which may start after it. */
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
        // An imported Service has its address among its inputs, for which the provider would replace it.
        {
            ...announceOpenConnections(after(...before), describeServiceChange),
            ignoreChanges: ["spec.clusterIP", "spec.clusterIPs"],
        },
    );
    announceReplacement(sidecar.id, created.id, messages.service.replaced, created);
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
 * Istio reads the protocol of a port from its name; sidecars of clients in the mesh pass https and tls through unmodified. Another port
 * number needs another name: the preview of the first change finds the old port alongside the new one, and the API server rejects two
 * ports with one name (pulumi-kubernetes: fixCSAFieldManagers does nothing in a preview).
 */
function portName(listener: ResolvedListener): string {
    const { servicePort } = hasTls(listener) ? defaultPorts.withTls : defaultPorts.plain;
    const protocol = listener.protocol.toLowerCase();
    return listener.servicePort === servicePort ? protocol : `${protocol}-${listener.servicePort}`;
}

/** The default domain of a cluster. */
export const defaultClusterDomain = "cluster.local";

/** The fully qualified DNS name of a Service (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/). */
export function serviceHost(service: string, namespace: string, clusterDomain: string): string {
    return `${service}.${namespace}.svc.${clusterDomain}`;
}
