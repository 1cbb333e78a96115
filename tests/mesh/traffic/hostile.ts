/** The hostile client: repeated attempts of every kind on every target. */
import { createSecureContext, type SecureContext } from "node:tls";
import { attempt } from "./attempt";
import { classify } from "./classify";
import { type HostileKind, hostileKinds, type TrafficConfiguration } from "./configuration";
import type { Recorder } from "./recorder";
import { describeTarget, type Target } from "./targets";

const limitMilliseconds = 3000;

/** Concurrent attempts of one kind on one target: a silent target does not delay the others. */
const concurrency = 6;

/** The TLS context of a kind. Undefined for plaintext. */
type Credentials = SecureContext | undefined;

export class HostileClient {
    private readonly kinds: ReadonlyMap<HostileKind, Credentials>;
    private readonly lanes = new Map<string, NodeJS.Timeout>();
    private readonly underWay = new Set<Promise<void>>();

    constructor(
        private readonly configuration: TrafficConfiguration,
        private readonly recorder: Recorder,
        private readonly onFault: (error: unknown) => void,
    ) {
        this.kinds = kindsOf(configuration);
    }

    /** Starts attempts on new targets, and stops those on targets that are gone. */
    aim(targets: readonly Target[]): void {
        const wanted = new Set<string>();
        for (const target of targets) {
            for (const [kind, credentials] of this.kinds) {
                const lane = `${kind} ${describeTarget(target)}`;
                wanted.add(lane);
                if (!this.lanes.has(lane)) {
                    this.lanes.set(lane, this.startLane(kind, credentials, target));
                }
            }
        }
        for (const [lane, timer] of this.lanes) {
            if (!wanted.has(lane)) {
                clearInterval(timer);
                this.lanes.delete(lane);
            }
        }
    }

    /** Stops. Attempts in flight are still counted when they end. */
    async stop(): Promise<void> {
        this.aim([]);
        await Promise.all(this.underWay);
    }

    private startLane(kind: HostileKind, credentials: Credentials, target: Target): NodeJS.Timeout {
        let inLane = 0;
        let turn = 0;
        const go = (): void => {
            if (inLane >= concurrency) {
                return;
            }
            inLane++;
            turn++;
            const protocol = kind === "plaintextHttp2" || (credentials && turn % 2 === 0) ? "h2" : "http/1.1";
            const one = this.tryOnce(kind, credentials, target, protocol).finally(() => {
                inLane--;
                this.underWay.delete(one);
            });
            this.underWay.add(one);
        };
        go();
        return setInterval(go, 1000 / (this.configuration.ratePerSecond ?? 4));
    }

    private async tryOnce(
        kind: HostileKind,
        tls: Credentials,
        target: Target,
        protocol: "http/1.1" | "h2",
    ): Promise<void> {
        const { address, port } = target;
        const { host } = this.configuration;
        try {
            const seen = await attempt({ address, port, host, protocol, tls, limitMilliseconds });
            const received = seen === undefined ? Buffer.alloc(0) : seen.text.length > 0 ? seen.text : seen.wire;
            this.recorder.hostileTry(kind, target, seen && classify(seen), received);
        } catch (error) {
            this.onFault(error);
        }
    }
}

function kindsOf({ kinds, certificates = {} }: TrafficConfiguration): Map<HostileKind, Credentials> {
    const given: Partial<Record<HostileKind, Credentials>> = {
        plaintextHttp1: undefined,
        plaintextHttp2: undefined,
        noCertificate: createSecureContext(),
    };
    for (const [kind, pair] of Object.entries(certificates)) {
        given[kind as keyof typeof certificates] = createSecureContext({
            cert: pair.certificatePem,
            key: pair.privateKeyPem,
        });
    }
    const wanted = kinds ?? hostileKinds.filter((kind) => kind in given);
    const without = wanted.filter((kind) => !(kind in given));
    if (without.length > 0) {
        throw new Error(`no certificate for attempts of kind ${without.join(", ")}`);
    }
    return new Map(wanted.map((kind) => [kind, given[kind]]));
}
