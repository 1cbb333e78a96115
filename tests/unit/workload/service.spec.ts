/** The Service in front of the pods. */
import { expect } from "chai";
import { external } from "../../listeners";
import { make } from "../component";
import { valueOf } from "../recording";

describe("the Service", () => {
    it("names a port that is not the default after its number", async () => {
        const { made } = await make({ listeners: external({ servicePort: 443 }) });
        const { ports } = made.get("kubernetes:core/v1:Service", "shop-service").inputs["spec"] as { ports: object[] };
        expect(ports).to.deep.equal([
            { name: "https-443", port: 443, targetPort: 9080 },
            { name: "http", port: 8080, targetPort: 9081 },
        ]);
    });

    it("can be a load balancer with a host name and both IP families", async () => {
        const { made: recorded, component } = await make({
            service: {
                type: "LoadBalancer",
                annotations: { "example.com/load-balancer": "internal" },
                ipFamilyPolicy: "PreferDualStack",
                ipFamilies: ["IPv6", "IPv4"],
            },
            externalHostNames: ["*.example.com", "shop.example.com"],
            clusterDomain: "cluster.example",
        });
        const { metadata, spec } = recorded.get("kubernetes:core/v1:Service", "shop-service").inputs;
        expect(metadata).to.deep.include({
            annotations: { "example.com/load-balancer": "internal", "pulumi.com/skipAwait": "true" },
        });
        expect(spec).to.deep.include({
            type: "LoadBalancer",
            ipFamilyPolicy: "PreferDualStack",
            ipFamilies: ["IPv6", "IPv4"],
        });
        const request = recorded.get("tls:index/certRequest:CertRequest", "shop-server-request").inputs;
        expect(request["dnsNames"]).to.deep.equal([
            "shop.test.svc.cluster.example",
            "shop.test.svc",
            "shop.test",
            "*.example.com",
            "shop.example.com",
        ]);
        expect(await valueOf(component.url)).to.equal("https://shop.example.com:8443");
        expect(await valueOf(component.host)).to.equal("shop.test.svc.cluster.example");
    });
});
