/** Who reaches the TLS ports at all, below TLS: a NetworkPolicy, which the cluster's network plugin has to know. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { input, isLater, list, object, plain } from "../validation/checks";
import { cidr, isPartOf } from "../validation/cidr";
import { selectorLabelsCheck } from "../kubernetes/names";
import type { Labels } from "../kubernetes/labels";
import { type TlsListener, tlsListeners } from "../listeners/listeners";
import { problem, type Problem } from "../validation/problem";

/** Where connections to the TLS ports may come from: a block of addresses, or pods. */
export interface AllowedSource {
    /** Block of IP addresses, such as "203.0.113.0/24", as the pods see them: a load balancer or node may put its own in place of the client's. Default: none; a source is a block or pods. */
    readonly cidr?: pulumi.Input<string>;
    /** Parts of that block that are left out. Default: none. */
    readonly except?: pulumi.Input<pulumi.Input<string>[]>;
    /** Labels of the namespaces whose pods are let in. Default: with podLabels, the workload's own namespace. */
    readonly namespaceLabels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Labels of the pods that are let in. Default: with namespaceLabels, all pods there. */
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

/** Sources that say nothing, or two things at once. */
export function validateAllowedSources(sources: readonly pulumi.Input<AllowedSource>[], path: string): Problem[] {
    return sources.flatMap((source, index) => {
        if (isLater(source)) {
            return [];
        }
        const { cidr: block, except, namespaceLabels, podLabels } = source as AllowedSource;
        const at = `${path}[${index}]`;
        const pods = namespaceLabels ?? podLabels;
        if (block && pods) {
            return [{ propertyPath: at, reason: "has cidr and labels of pods: make two sources of it" }];
        }
        if (!block && !pods) {
            return [{ propertyPath: at, reason: "needs cidr, namespaceLabels or podLabels" }];
        }
        if (except && !block) {
            return [
                { propertyPath: `${at}.except`, reason: "is a part of cidr, which is missing: give both, or neither" },
            ];
        }
        return !isLater(block) && Array.isArray(except)
            ? except.flatMap((part: unknown, partIndex) =>
                  isLater(part) || isPartOf(part, block)
                      ? []
                      : [problem(`${at}.except[${partIndex}]`, part, `is no part of cidr, ${JSON.stringify(block)}`)],
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
                          networkPolicySpec(pods.guardSelector, tlsListeners(all), allowedSources),
                      ),
                  },
                  after(...before),
              ),
          ]
        : [];
}

/** A policy that selects pods closes all of their ports: those without TLS are opened again as they were. */
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

/** The ranges of ports that these ports, in ascending order, leave. */
function complementOf(ports: readonly number[]): [first: number, last: number][] {
    const borders = [0, ...ports, 65536];
    return borders
        .slice(1)
        .map((border, index): [number, number] => [(borders[index] ?? 0) + 1, border - 1])
        .filter(([first, last]) => first <= last);
}
