import { expect } from "chai";
import {
    type ConnectionCut,
    guardCut,
    listenersCut,
    type ObjectInputs,
    podsCut,
    serviceCut,
} from "../../../components/previews/openConnections";

interface Row {
    readonly title: string;
    readonly cut: ConnectionCut;
    readonly before: ObjectInputs["spec"];
    readonly after: ObjectInputs["spec"];
    /** Nothing where connections stay. */
    readonly says?: string;
}

const rows: readonly Row[] = [
    {
        title: "another image",
        cut: podsCut,
        before: { template: { image: "1" } },
        after: { template: { image: "2" } },
        says: "The pods are made anew",
    },
    { title: "fewer pods", cut: podsCut, before: { replicas: 3 }, after: { replicas: 2 }, says: "Fewer pods" },
    { title: "more pods", cut: podsCut, before: { template: {}, replicas: 2 }, after: { template: {}, replicas: 3 } },
    { title: "pods that are left to an autoscaler", cut: podsCut, before: { replicas: 2 }, after: {} },
    {
        title: "another listener",
        cut: listenersCut,
        before: { ingress: [{ port: 1 }] },
        after: { ingress: [{ port: 2 }] },
        says: "Other listeners",
    },
    {
        title: "a further listener",
        cut: listenersCut,
        before: { ingress: [{ port: 1 }] },
        after: { ingress: [{ port: 2 }, { port: 1 }] },
    },
    {
        title: "the same listeners",
        cut: listenersCut,
        before: { ingress: [{ port: 1 }] },
        after: { ingress: [{ port: 1 }] },
    },
    {
        title: "another list of clients",
        cut: guardCut,
        before: { rules: [1] },
        after: { rules: [2] },
        says: "Other rules of the guard",
    },
    { title: "the same list of clients", cut: guardCut, before: { rules: [1] }, after: { rules: [1] } },
    {
        title: "another port of the Service",
        cut: serviceCut,
        before: { ports: [{ port: 8443 }, { port: 8080 }] },
        after: { ports: [{ port: 443 }, { port: 8080 }] },
        says: "Port 8443 of the Service is no more",
    },
    {
        title: "a further port of the Service",
        cut: serviceCut,
        before: { ports: [{ port: 8443 }] },
        after: { ports: [{ port: 8443 }, { port: 8080 }] },
    },
    {
        title: "no load balancer any more",
        cut: serviceCut,
        before: { type: "LoadBalancer" },
        after: {},
        says: "The Service is no LoadBalancer any more",
    },
    { title: "the default type said", cut: serviceCut, before: {}, after: { type: "ClusterIP" } },
    {
        title: "a load balancer besides",
        cut: serviceCut,
        before: { type: "ClusterIP" },
        after: { type: "LoadBalancer" },
    },
];

describe("what a change does to open connections", () => {
    for (const { title, cut, before, after, says } of rows) {
        it(`${title}: ${says ?? "nothing"}`, () => {
            const line = cut({ spec: before }, { spec: after });
            if (says === undefined) {
                expect(line).to.equal(undefined);
            } else {
                expect(line).to.include(says);
            }
        });
    }
});
