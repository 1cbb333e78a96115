/**
 * Clients in other languages connect with their standard TLS libraries, and the server accepts exactly the protocols and
 * ciphers that the component's arguments allow. `npm run test:clients` runs the long form, with every key algorithm.
 */
import { expect } from "chai";
import { outsideClient, startClient, stopClient } from "../../lab/demo/clients";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { askWhatIsAccepted } from "./interoperability/acceptance/ask";
import { type Case, defaults, keyCases, protocolCases } from "./interoperability/cases";
import { asOpenSslSays, type Attempt, type Outcome, type TlsVersion, tlsVersions } from "./interoperability/client";
import { buildClients, type ClientName, clientNames } from "./interoperability/clients";
import { errors } from "./interoperability/errors";
import { Served, type Settings } from "./interoperability/served";
import { newAuthority } from "./traffic/certificates";

const long = process.env["INTEROPERABILITY"] === "long";

describeMesh(`clients in other languages, protocols, and ciphers (${long ? "long" : "short"} form)`, (cluster) => {
    let clients: Awaited<ReturnType<typeof buildClients>>;
    /** The components that are up; the clients connect to the last one. */
    const components: Served[] = [];

    before("the clients are built, and a component with defaults is up", async function () {
        this.timeout("20m");
        clients = await buildClients();
        await startClient(cluster(), outsideClient);
        await open(defaults.settings);
    });

    after("nothing is left", async function () {
        this.timeout("8m");
        while (components.length > 0) {
            await close();
        }
        await stopClient(cluster(), outsideClient);
    });

    describe(defaults.title, function () {
        this.timeout("1m");
        acceptsExactly(defaults);
        for (const name of clientNames) {
            connectsOrIsRejected(name, defaults);
            rejectsUntrustedServer(name);
            requiresClientCertificate(name);
        }
    });

    for (const each of protocolCases) {
        describe(each.title, function () {
            this.timeout("1m");
            before("the component is updated", async function () {
                this.timeout("5m");
                await served().set(each.settings);
            });
            acceptsExactly(each);
            for (const name of clientNames) {
                connectsOrIsRejected(name, each);
            }
        });
    }

    for (const each of long ? keyCases : []) {
        describe(each.title, function () {
            this.timeout("1m");
            before("another component is up", async function () {
                this.timeout("5m");
                await open(each.settings);
            });
            after("the component is destroyed", async function () {
                this.timeout("5m");
                await close();
            });
            acceptsExactly(each);
            for (const name of clientNames) {
                connectsOrIsRejected(name, each);
            }
        });
    }

    async function open(settings: Settings): Promise<void> {
        components.push(await Served.open(cluster(), `interoperability-${components.length}`, settings));
    }

    async function close(): Promise<void> {
        await components.pop()?.remove();
    }

    function served(): Served {
        return components.at(-1)!;
    }

    function acceptsExactly({ accepted }: Case): void {
        it("the server accepts exactly the expected protocols and ciphers, of all that OpenSSL supports", async () => {
            const expected = JSON.stringify(accepted);
            await eventually(
                `the server accepts exactly ${expected}`,
                () => askWhatIsAccepted(served().server, served().bundle),
                (seen) => JSON.stringify(seen) === expected,
            );
        });
    }

    function connectsOrIsRejected(name: ClientName, { accepted }: Case): void {
        for (const version of tlsVersions) {
            const protocol = `TLSv${version}` as const;
            const ciphers = accepted[protocol];
            if (ciphers.length > 0) {
                it(`${name} connects with TLS ${version}`, async () => {
                    const { cipher = "none", ...outcome } = await attempt(name, version);
                    expect(outcome).to.deep.equal({ protocol, status: 200 });
                    expect(ciphers).to.include(asOpenSslSays(cipher));
                });
            } else {
                it(`${name} is rejected with TLS ${version}, and reports the reason`, async () => {
                    await fails(attempt(name, version), errors[name].protocolVersion);
                });
            }
        }
    }

    function rejectsUntrustedServer(name: ClientName): void {
        it(`${name} rejects the server under a name that is not in its certificate, and with an untrusted CA`, async () => {
            const otherAuthoritys = { ...served().bundle, caCertificatePem: (await newAuthority()).certificatePem };
            for (const version of tlsVersions) {
                await fails(attempt(name, version, { underOtherName: true }), errors[name].otherName);
                await fails(attempt(name, version, { bundle: otherAuthoritys }), errors[name].otherAuthority);
            }
        });
    }

    function requiresClientCertificate(name: ClientName): void {
        it(`${name} is rejected without its certificate`, async () => {
            await fails(attempt(name, "1.2", { withoutCertificate: true }), errors[name].noCertificate);
            // With TLS 1.3 the client considers the handshake complete and sends its request before the server rejects it.
            // The error depends on timing: "certificate required", a broken pipe, or a request without a response.
            await fails(attempt(name, "1.3", { withoutCertificate: true }), /./);
            expect(await attempt(name, "1.3")).to.include({ status: 200 });
        });
    }

    function attempt(name: ClientName, version: TlsVersion, options: Partial<Attempt> = {}): Promise<Outcome> {
        return clients[name].attempt({ server: served().server, bundle: served().bundle, version, ...options });
    }

    async function fails(attempted: Promise<Outcome>, expected: RegExp): Promise<void> {
        const { error, ...negotiated } = await attempted;
        expect(negotiated).to.deep.equal({});
        expect(error).to.match(expected);
    }
});
