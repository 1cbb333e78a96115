/** Preview lines about open connections: which change has which line, and which has none. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as messages from "../../../components/previews/messages";
import {
    type DescribeChange,
    describeGuardChange,
    describeListenerChange,
    describePodChange,
    describeServiceChange,
    type ObjectInputs,
} from "../../../components/previews/openConnections";

interface Row {
    readonly title: string;
    readonly describeChange: DescribeChange;
    readonly before: ObjectInputs["spec"];
    readonly after: ObjectInputs["spec"];
    /** Undefined if open connections stay. */
    readonly says?: string;
}

/** A pod template whose application has this preStop hook, besides another container. */
function drains(seconds: number) {
    return { spec: { containers: [{ lifecycle: { preStop: { sleep: { seconds } } } }, { name: "istio-proxy" }] } };
}

const rows: readonly Row[] = [
    {
        title: "another image",
        describeChange: describePodChange,
        before: { template: { ...drains(10), image: "1" } },
        after: { template: { ...drains(10), image: "2" } },
        says: "Rolling update: each terminating pod keeps its open connections for 10 seconds, in which clients are sent to other pods.",
    },
    {
        title: "a longer drain, which is for the new pods",
        describeChange: describePodChange,
        before: { template: drains(1) },
        after: { template: drains(60) },
        says: "Rolling update: each terminating pod keeps its open connections for 1 second, in which clients are sent to other pods.",
    },
    {
        title: "a first drain, which is for the new pods",
        describeChange: describePodChange,
        before: { template: { spec: { containers: [{}] } } },
        after: { template: drains(60) },
        says: "Rolling update: open connections of each terminating pod end immediately.",
    },
    {
        title: "fewer pods",
        describeChange: describePodChange,
        before: { template: drains(10), replicas: 3 },
        after: { template: drains(10), replicas: 2 },
        says: messages.pods.fewer(10),
    },
    {
        title: "more pods",
        describeChange: describePodChange,
        before: { template: {}, replicas: 2 },
        after: { template: {}, replicas: 3 },
    },
    {
        title: "a number of pods that an autoscaler sets",
        describeChange: describePodChange,
        before: { replicas: 2 },
        after: {},
    },
    {
        title: "another listener",
        describeChange: describeListenerChange,
        before: { ingress: [{ port: 1 }] },
        after: { ingress: [{ port: 2 }] },
        says: messages.listeners.changed,
    },
    {
        title: "an additional listener",
        describeChange: describeListenerChange,
        before: { ingress: [{ port: 1 }] },
        after: { ingress: [{ port: 2 }, { port: 1 }] },
    },
    {
        title: "unchanged listeners",
        describeChange: describeListenerChange,
        before: { ingress: [{ port: 1 }] },
        after: { ingress: [{ port: 1 }] },
    },
    {
        title: "another allow list",
        describeChange: describeGuardChange,
        before: { rules: [1] },
        after: { rules: [2] },
        says: messages.guard.changed,
    },
    {
        title: "an unchanged allow list",
        describeChange: describeGuardChange,
        before: { rules: [1] },
        after: { rules: [1] },
    },
    {
        title: "another port of the Service",
        describeChange: describeServiceChange,
        before: { ports: [{ port: 8443 }, { port: 8080 }] },
        after: { ports: [{ port: 443 }, { port: 8080 }] },
        says: "Service port 8443 is removed: its clients cannot connect.",
    },
    {
        title: "an additional port of the Service",
        describeChange: describeServiceChange,
        before: { ports: [{ port: 8443 }] },
        after: { ports: [{ port: 8443 }, { port: 8080 }] },
    },
    {
        title: "a load balancer is removed",
        describeChange: describeServiceChange,
        before: { type: "LoadBalancer" },
        after: {},
        says: "Service type changes from LoadBalancer to ClusterIP: clients that connect through the LoadBalancer cannot connect.",
    },
    {
        title: "the default type set explicitly",
        describeChange: describeServiceChange,
        before: {},
        after: { type: "ClusterIP" },
    },
    {
        title: "a load balancer is added",
        describeChange: describeServiceChange,
        before: { type: "ClusterIP" },
        after: { type: "LoadBalancer" },
    },
];

describe("the preview line about open connections", () => {
    for (const { title, describeChange, before, after, says } of rows) {
        it(`${title}: ${says ?? "none"}`, () => {
            expect(describeChange({ spec: before }, { spec: after })).to.equal(says);
        });
    }

    for (const [describeChange, line] of [
        [describePodChange, messages.pods.unknown(0)],
        [describeListenerChange, messages.listeners.unknown],
        [describeGuardChange, messages.guard.unknown],
        [describeServiceChange, messages.service.unknown],
    ] as const) {
        it(`inputs that the preview does not know: ${line}`, () => {
            const unknown = { spec: { type: pulumi.unknown as string } };
            expect(describeChange({}, unknown)).to.equal(line);
        });
    }
});
