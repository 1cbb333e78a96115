/** The NetworkPolicy with the allowed sources. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { make } from "../component";

describe("allowedSources", () => {
    it("are an allow list for the TLS ports, and do not restrict other ports", async () => {
        const { made: recorded } = await make({
            allowedSources: [
                { cidr: "203.0.113.0/24", except: ["203.0.113.128/25"] },
                pulumi.output({ namespaceLabels: { team: "edge" }, podLabels: { app: "gateway" } }),
            ],
        });
        expect(
            recorded.get("kubernetes:networking.k8s.io/v1:NetworkPolicy", "shop-network-policy").inputs["spec"],
        ).to.deep.equal({
            podSelector: { matchLabels: { "istio-sidecar-tls/chain": "shop" } },
            policyTypes: ["Ingress"],
            ingress: [
                {
                    from: [
                        { ipBlock: { cidr: "203.0.113.0/24", except: ["203.0.113.128/25"] } },
                        {
                            namespaceSelector: { matchLabels: { team: "edge" } },
                            podSelector: { matchLabels: { app: "gateway" } },
                        },
                    ],
                    ports: [{ protocol: "TCP", port: 9080 }],
                },
                {
                    ports: [
                        { protocol: "TCP", port: 1, endPort: 9079 },
                        { protocol: "TCP", port: 9081, endPort: 65535 },
                        { protocol: "UDP" },
                        { protocol: "SCTP" },
                    ],
                },
            ],
        });
    });
});
