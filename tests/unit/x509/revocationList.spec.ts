/** Revocation lists: where they are mounted, and lists with which Envoy would reject every client. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { SidecarTlsTermination } from "../../..";
import { revocationList, selfSigned, subordinate } from "../certificates";
import { make, refusal } from "../component";
import { type Secret, valueOf } from "../recording";

describe("certificates with a revocation list", () => {
    it("have it in the Secret of the CA, in the Sidecar, and in an annotation that causes a rollout", async () => {
        const authority = await selfSigned();
        const certificateRevocationListPem = await revocationList(authority, ["01"]);
        const { made, component } = await make({ certificateAuthority: authority, certificateRevocationListPem });
        const content = made.get("kubernetes:core/v1:SecretPatch", "shop-ca-secret-content").inputs["data"] as Secret;
        expect(content.value).to.include({
            "ca.crl": Buffer.from(certificateRevocationListPem).toString("base64"),
        });
        const sidecar = made.get("kubernetes:networking.istio.io/v1:Sidecar", "shop-sidecar").inputs["spec"] as {
            ingress: { tls?: { caCrl?: string } }[];
        };
        expect(sidecar.ingress[0]!.tls!.caCrl).to.equal("/etc/istio/tls-ca-certs/ca.crl");
        const annotation = async ({ podAnnotations }: SidecarTlsTermination) =>
            (await valueOf(podAnnotations))["istio-sidecar-tls/certificate-revocation-list"];
        const other = await make({
            certificateAuthority: authority,
            certificateRevocationListPem: await revocationList(authority, ["01", "02"]),
        });
        expect(await annotation(component)).to.match(/^[0-9a-f]{64}$/);
        expect(await annotation(component)).not.to.equal(await annotation(other.component));
        const { certificateRevocationList } = await valueOf(component.notAfter);
        expect(Date.parse(certificateRevocationList!)).to.be.within(
            Date.now() + 23 * 3600_000,
            Date.now() + 24 * 3600_000,
        );
    });

    it("reject it for an intermediate CA, because Envoy would reject every client", async () => {
        const root = await selfSigned();
        const partners = await subordinate(root);
        const certificateAuthority = { ...partners, certificatePem: partners.certificatePem + root.certificatePem };
        const certificateRevocationListPem = await revocationList(root);
        expect(await refusal({ certificateAuthority, certificateRevocationListPem })).to.include(
            "certificateRevocationListPem: requires a root CA",
        );
    });

    it("keep names and annotations in plaintext if the list is a secret", async () => {
        const authority = await selfSigned();
        const { component } = await make({
            certificateAuthority: authority,
            certificateRevocationListPem: pulumi.secret(await revocationList(authority)),
        });
        expect(await pulumi.isSecret(component.podAnnotations)).to.equal(false);
        expect(await pulumi.isSecret(component.serverSecretName)).to.equal(false);
    });

    it("use the newest list of a CA", async () => {
        const authority = await selfSigned();
        const lists = (await revocationList(authority, [], -1)) + (await revocationList(authority, [], 24, 1));
        const { made } = await make({ certificateAuthority: authority, certificateRevocationListPem: lists });
        expect(made.resources).not.to.deep.equal([]);
    });

    it("reject a list of another CA, an expired one, and one without certificateAuthority", async () => {
        const [authority, other] = [await selfSigned(), await selfSigned()];
        const lists = await revocationList(other);
        expect(await refusal({ certificateAuthority: authority, certificateRevocationListPem: lists })).to.include(
            'certificateRevocationListPem: contains no list that the CA "CN=tests" signed, so Envoy would reject all of its clients',
        );
        const expired = await revocationList(authority, [], -1);
        expect(await refusal({ certificateAuthority: authority, certificateRevocationListPem: expired })).to.match(
            /contains a list of the CA "CN=tests" that expired on 20.*Set a current list/,
        );
        expect(await refusal({ certificateRevocationListPem: lists })).to.include(
            "certificateRevocationListPem: requires certificateAuthority",
        );
    });
});
