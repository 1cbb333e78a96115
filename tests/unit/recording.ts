/** Runs a program with Pulumi's mocks, and records its registrations as the engine would receive them. */
import "./stackTraces";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { selfSigned } from "./certificates";

/** One registered resource; secret inputs are replaced by `Secret`, unknown ones are `unknownValue`. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly parent: string;
    readonly inputs: Record<string, unknown>;
    readonly dependencies: readonly string[];
    readonly ignoreChanges: readonly string[];
    readonly retainOnDelete: boolean;
    readonly customTimeouts: { readonly create: string } | undefined;
}

export class Secret {
    constructor(public readonly value: unknown) {}
}

// The wire format's signature of a secret (sdk/nodejs/runtime/rpc.ts).
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export class Recording {
    public readonly resources: Registered[] = [];

    /** The only resource of a type and name. */
    public get(type: string, name: string): Registered {
        const found = this.resources.filter((resource) => resource.type === type && resource.name === name);
        if (found.length !== 1) {
            const all = this.resources.map((resource) => `${resource.type} ${resource.name}`);
            throw new Error(`${found.length} resources ${type} ${name}; there are:\n${all.join("\n")}`);
        }
        return found[0]!;
    }

    public ofType(type: string): Registered[] {
        return this.resources.filter((resource) => resource.type === type);
    }

    /** Whether the engine creates `first` before `then`, and deletes it after. */
    public isBefore(first: Registered, then: Registered): boolean {
        return then.dependencies.some(
            (urn) =>
                urn === first.urn ||
                this.isBefore(
                    first,
                    this.resources.find((resource) => resource.urn === urn)!,
                ),
        );
    }
}

/** The CA that the mocks return for every self-signed certificate. */
export const mockAuthority = selfSigned();

/** Values that a provider computes. */
async function computed(type: string, name: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { certificatePem, privateKeyPem } = await mockAuthority;
    switch (type) {
        case "tls:index/privateKey:PrivateKey": {
            const isAuthority = !/-(server|client-[^-]+)-key$/.test(name);
            return {
                privateKeyPem: `key of ${name}`,
                privateKeyPemPkcs8: isAuthority ? privateKeyPem : `PKCS #8 key of ${name}`,
            };
        }
        case "tls:index/certRequest:CertRequest":
            return { certRequestPem: `request of ${name}` };
        case "tls:index/selfSignedCert:SelfSignedCert":
            return { certPem: certificatePem, validityEndTime: "2040-01-01T00:00:00Z" };
        case "tls:index/locallySignedCert:LocallySignedCert":
            return { certPem: `certificate of ${name}`, validityEndTime: "2030-01-01T00:00:00Z" };
        case "kubernetes:core/v1:Secret":
            // A Secret that is read, such as the Secret of a client that cert-manager issued.
            return "metadata" in inputs
                ? {}
                : {
                      data: Object.fromEntries(
                          Object.entries({
                              "ca.crt": certificatePem,
                              "tls.crt": certificatePem,
                              "tls.key": privateKeyPem,
                          }).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
                      ),
                  };
        case "tests:index:Source":
            return { values: inputs["seed"] };
        case "kubernetes:core/v1:ConfigMapPatch":
            return { metadata: { ...(inputs["metadata"] as object), uid: "uid-1" } };
        default:
            return {};
    }
}

/** Wire format of a value that a preview does not know (sdk/nodejs/runtime/rpc.ts). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function known(values: Record<string, unknown>, preview: boolean): Record<string, unknown> {
    return preview ? Object.fromEntries(Object.keys(values).map((key) => [key, unknownValue])) : values;
}

/** Providers that return the inputs and the values that they compute. */
export function mocks(preview: boolean): pulumi.runtime.Mocks {
    return {
        call: ({ token }) => {
            throw new Error(`unexpected call of ${token}`);
        },
        newResource: async ({ type, name, inputs }) => ({
            id: `${name}-id`,
            state: {
                ...(inputs as Record<string, unknown>),
                ...known(await computed(type, name, inputs as Record<string, unknown>), preview),
            },
        }),
    };
}

/** Runs the program to its end, and throws errors of the program and of its applies. */
export async function record(
    program: () => unknown,
    options: { preview?: boolean } = {},
    recording = new Recording(),
): Promise<Recording> {
    const preview = options.preview ?? false;
    await pulumi.runtime.setMocks(mocks(preview), "project", "stack", preview);
    keepRequests(recording);
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    process.on("unhandledRejection", onError);
    try {
        await program();
        // Not in the public types, but how @pulumi/pulumi itself waits for the program to end.
        await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
        // Node.js reports unhandled rejections after the microtasks.
        await new Promise((resolve) => setImmediate(resolve));
    } finally {
        process.off("unhandledRejection", onError);
    }
    if (errors.length > 0) {
        throw errors[0];
    }
    return recording;
}

/** Pulumi passes types, names and inputs to the mocks; parents, dependencies and options are in the request to the engine alone. */
function keepRequests(recording: Recording): void {
    const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
        const timeouts = request.getCustomtimeouts();
        const parent = request.getParent();
        recording.resources.push({
            type: request.getType(),
            name: request.getName(),
            urn: monitor.newUrn(parent, request.getType(), request.getName()),
            parent,
            inputs: reveal(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
            dependencies: request.getDependenciesList(),
            ignoreChanges: request.getIgnorechangesList(),
            retainOnDelete: request.getRetainondelete() ?? false,
            customTimeouts: timeouts && { create: timeouts.getCreate() },
        });
        return register(request, callback);
    };
}

/** The part of the mocks' monitor that is used here (sdk/nodejs/runtime/mocks.ts). */
interface MockMonitor {
    registerResource(request: RegisterResourceRequest, callback: unknown): Promise<void>;
    newUrn(parent: string, type: string, name: string): string;
}

/** Awaits the value of an Output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}

function reveal(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(reveal);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const entries = value as Record<string, unknown>;
    if (entries[signatureKey] === secretSignature) {
        return new Secret(reveal(entries["value"]));
    }
    return Object.fromEntries(Object.entries(entries).map(([key, item]) => [key, reveal(item)]));
}

/** The inverse of `reveal`: values in the wire format. */
export function conceal(value: unknown): unknown {
    if (value instanceof Secret) {
        return { [signatureKey]: secretSignature, value: conceal(value.value) };
    }
    if (Array.isArray(value)) {
        return value.map(conceal);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(
              Object.entries(value)
                  .filter(([, item]) => item !== undefined)
                  .map(([key, item]) => [key, conceal(item)]),
          )
        : value;
}
