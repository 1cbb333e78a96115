/** A NetworkPolicy that limits, below TLS, which sources reach the TLS ports; the cluster's network plugin enforces it. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import type { Labels } from "../kubernetes/labels";
import { selectorLabelsCheck } from "../kubernetes/names";
import { type TlsListener, tlsListeners } from "../listeners/listeners";
import { input, isLater, list, object, plain } from "../validation/checks";
import { cidr, isPartOf } from "../validation/cidr";
import * as problem from "../validation/problem";

/** A source of connections to the TLS ports: either a block of IP addresses or a set of pods. See [Network Policies](https://kubernetes.io/docs/concepts/services-networking/network-policies/). */
export interface AllowedSource {
    /** Block of IP addresses in CIDR notation, such as "203.0.113.0/24", that begins with its first address. It applies to the addresses that the pods see: a load balancer or node can replace the client's address with its own. Set either `cidr`, or `namespaceLabels` and `podLabels`. See [Network Policies](https://kubernetes.io/docs/concepts/services-networking/network-policies/). Default: none. */
    readonly cidr?: pulumi.Input<string>;
    /** Parts of `cidr` that are not allowed, in CIDR notation. Each is smaller than `cidr`. Default: none. */
    readonly except?: pulumi.Input<pulumi.Input<string>[]>;
    /** Labels of the namespaces whose pods are allowed. At least one label, at most 255. The label `istio-injection` and the prefixes `istio.io/`, `sidecar.istio.io/` and `istio-sidecar-tls/` are reserved. Cannot be combined with `cidr`. See [Labels and Selectors](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). Default: with `podLabels`, the namespace of the workload. */
    readonly namespaceLabels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Labels of the pods that are allowed. At least one label, at most 255. The label `istio-injection` and the prefixes `istio.io/`, `sidecar.istio.io/` and `istio-sidecar-tls/` are reserved. Cannot be combined with `cidr`. See [Labels and Selectors](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). Default: with `namespaceLabels`, all pods in those namespaces. */
    readonly podLabels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

export const allowedSourcesCheck = plain(
    list(
        object<AllowedSource>({
            cidr: input(cidr),
            except: input(list(cidr)),
            namespaceLabels: input(selectorLabelsCheck),
            podLabels: input(selectorLabelsCheck),
        }),
        { nonEmpty: true },
    ),
);

/** Sources that are neither a block nor pods, or both. */
export function validateAllowedSources(
    sources: readonly pulumi.Input<AllowedSource>[],
    path: string,
): problem.Problem[] {
    return sources.flatMap((source, index) => {
        if (isLater(source)) {
            return [];
        }
        const { cidr: block, except, namespaceLabels, podLabels } = source as AllowedSource;
        const at = `${path}[${index}]`;
        const pods = namespaceLabels ?? podLabels;
        if (block && pods) {
            return [
                problem.forbidden(
                    at,
                    "cannot combine cidr with namespaceLabels or podLabels. Split it into two sources",
                ),
            ];
        }
        if (!block && !pods) {
            return [problem.invalid(at, undefined, "must set cidr, namespaceLabels or podLabels")];
        }
        if (except && !block) {
            return [problem.forbidden(`${at}.except`, "requires cidr. Set cidr, or remove except")];
        }
        return !isLater(block) && Array.isArray(except)
            ? except.flatMap((part: unknown, partIndex) =>
                  isLater(part) || isPartOf(part, block)
                      ? []
                      : [
                            problem.invalid(
                                `${at}.except[${partIndex}]`,
                                part,
                                `must be a part of cidr, ${JSON.stringify(block)}, and not all of it`,
                            ),
                        ],
              )
            : [];
    });
}

export function createNetworkPolicy(
    { allowedSources }: { readonly allowedSources?: readonly pulumi.Input<AllowedSource>[] },
    { name, names, namespace, listeners, pods, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    return allowedSources
        ? [
              new k8s.networking.v1.NetworkPolicy(
                  `${name}-network-policy`,
                  {
                      metadata: metadata({ name: names.networkPolicy, namespace }),
                      spec: listeners.apply((all) =>
                          networkPolicySpec(pods.guard.selector, tlsListeners(all), allowedSources),
                      ),
                  },
                  after(...before),
              ),
          ]
        : [];
}

/** A NetworkPolicy that selects pods denies all of their ports, so the second rule allows all ports except the TLS ports again. */
export function networkPolicySpec(
    podLabels: pulumi.Input<Labels>,
    listeners: readonly TlsListener[],
    sources: readonly pulumi.Input<AllowedSource>[],
): k8s.types.input.networking.v1.NetworkPolicySpec {
    const tlsPorts = listeners.map(({ listenerPort }) => listenerPort).sort((one, other) => one - other);
    return {
        podSelector: { matchLabels: podLabels },
        policyTypes: ["Ingress"],
        ingress: [
            {
                from: sources.map((source) => pulumi.output(source).apply(peer)),
                ports: tlsPorts.map((port) => ({ protocol: "TCP", port })),
            },
            {
                ports: [
                    ...complementOf(tlsPorts).map(([port, endPort]) => ({ protocol: "TCP", port, endPort })),
                    { protocol: "UDP" },
                    { protocol: "SCTP" },
                ],
            },
        ],
    };
}

function peer({
    cidr: block,
    except,
    namespaceLabels,
    podLabels,
}: pulumi.Unwrap<AllowedSource>): k8s.types.input.networking.v1.NetworkPolicyPeer {
    return block
        ? { ipBlock: { cidr: block, ...(except ? { except } : {}) } }
        : {
              ...(namespaceLabels ? { namespaceSelector: { matchLabels: namespaceLabels } } : {}),
              ...(podLabels ? { podSelector: { matchLabels: podLabels } } : {}),
          };
}

/** The port ranges outside the given ports, which are in ascending order. */
function complementOf(ports: readonly number[]): [first: number, last: number][] {
    const borders = [0, ...ports, 65536];
    return borders
        .slice(1)
        .map((border, index): [number, number] => [(borders[index] ?? 0) + 1, border - 1])
        .filter(([first, last]) => first <= last);
}
