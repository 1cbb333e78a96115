/**
 * Stand-in for the tls plugin: terraform-provider-tls behind pulumi-terraform-bridge (pkg/pf/tfbridge). Nothing but the
 * state remembers a key or a certificate; every change but that of earlyRenewalHours makes a new one.
 */
import { version } from "@pulumi/tls/package.json";
import { differences, withoutIgnored } from "../plugin/difference";
import type { ChangeRequest, CheckRequest, Difference, Log, PropertyChange, StandIn, State } from "../plugin/standIn";
import { type Properties, type Value, containsSecret, secret, text, unknown, withoutSecrets } from "../plugin/values";
import * as certificates from "./certificates";
import { checkInputs } from "./check";
import { newPrivateKey } from "./keys";
import { type ResourceSchema, schemaOf } from "./schema";

export class TlsStandIn implements StandIn {
    readonly version = version;

    constructor(private readonly log: Log) {}

    async configure(): Promise<void> {
        this.log("info", "tls: the lab's stand-in serves these resources, not the real plugin.");
    }

    cancel(): void {}

    async check({ type, news }: CheckRequest): Promise<Properties> {
        checkInputs(withoutSecrets(news), schemaOf(type));
        return news;
    }

    async diff({ type, olds, news, ignoreChanges }: ChangeRequest): Promise<Difference> {
        const schema = schemaOf(type);
        const old = withoutSecrets(olds);
        const inputs = inputNames(schema);
        // What the program leaves to the resource stays as it is.
        const planned = { ...pick(old, ["maxPathLength"]), ...planOf(withoutSecrets(news), schema) };
        const changes = withoutIgnored(
            differences(pick(old, inputs), pick(planned, inputs), {
                immutable: inputs.filter((name) => name !== "earlyRenewalHours").map((name) => [name]),
                emptyIsAbsent: false,
            }),
            ignoreChanges,
        );
        // pkg/pf/tfbridge/provider_diff.go: paths and kinds only with an option that pulumi-tls does not set.
        return { changes: [...changes, ...renewal(old, planned, schema)], namesOnly: true };
    }

    async create({ type, news, preview }: ChangeRequest): Promise<State> {
        const schema = schemaOf(type);
        const planned = planOf(withoutSecrets(news), schema);
        if (preview) {
            const computed = Object.fromEntries(schema.computed.map((name) => [name, unknown]));
            return { id: "", properties: withSecrets({ ...planned, ...computed }, schema, news) };
        }
        const { id, outputs } = await make(type, planned);
        return { id, properties: withSecrets({ ...planned, ...outputs, id }, schema, news) };
    }

    async read({ type, id, olds, news }: ChangeRequest): Promise<State | undefined> {
        const schema = schemaOf(type);
        const state = withoutSecrets(olds);
        const due: Properties = schema.isCertificate && isDue(state, state) ? { readyForRenewal: true } : {};
        return { id, properties: withSecrets({ ...state, ...due }, schema, olds), inputs: news };
    }

    async update({ type, olds, news }: ChangeRequest): Promise<State> {
        const schema = schemaOf(type);
        const state = { ...withoutSecrets(olds), ...planOf(withoutSecrets(news), schema) };
        return { id: "", properties: withSecrets(state, schema, news) };
    }

    async delete(): Promise<void> {}
}

async function make(type: string, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    if (type === "tls:index/privateKey:PrivateKey") {
        return newPrivateKey(inputs);
    }
    switch (type) {
        case "tls:index/certRequest:CertRequest":
            return certificates.newCertificateRequest(inputs);
        case "tls:index/selfSignedCert:SelfSignedCert":
            return certificates.newSelfSignedCertificate(inputs);
        default:
            return certificates.newLocallySignedCertificate(inputs);
    }
}

function inputNames(schema: ResourceSchema): string[] {
    return [...schema.required, ...schema.optional];
}

/** The inputs with the defaults filled in: what the state will hold. */
function planOf(inputs: Properties, schema: ResourceSchema): Properties {
    const planned: Properties = { ...schema.defaults, ...inputs };
    if (schema.isCertificate && Number(planned["earlyRenewalHours"]) >= Number(planned["validityPeriodHours"])) {
        // attribute_plan_modifier_bool/default_value.go
        planned["readyForRenewal"] = true;
    }
    return planned;
}

/** A certificate that is due is replaced although nothing changed: common_cert.go, modifyPlanIfCertificateReadyForRenewal. */
function renewal(old: Properties, planned: Properties, schema: ResourceSchema): PropertyChange[] {
    if (!schema.isCertificate) {
        return [];
    }
    if (isDue(old, planned)) {
        return [{ path: "readyForRenewal", kind: "update", replaces: true }];
    }
    return old["readyForRenewal"] === planned["readyForRenewal"]
        ? []
        : [{ path: "readyForRenewal", kind: "update", replaces: false }];
}

function isDue(state: Properties, planned: Properties): boolean {
    const end = Date.parse(text(state["validityEndTime"]));
    return Date.now() >= end - Number(planned["earlyRenewalHours"] ?? 0) * 3_600_000;
}

function withSecrets(state: Properties, schema: ResourceSchema, source: Properties): Properties {
    const isSecret = (name: string): boolean => schema.secret.includes(name) || containsSecret(source[name]);
    return Object.fromEntries(
        Object.entries(state).map(([name, value]): [string, Value] => [name, isSecret(name) ? secret(value) : value]),
    );
}

function pick(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}
