/** The cases of the property tests: plausible arguments, half of them with one or two doubtful values. */
import * as fc from "fast-check";
import type { Pair } from "../../unit/certificates";
import { doubtfulValues } from "./doubtful";
import { type Case, plausibleCases } from "./plausible";

export type { Case } from "./plausible";

/** A value and the path where it is set. */
export interface Doubt {
    readonly path: string;
    readonly value: unknown;
}

export interface CaseWithDoubts extends Case {
    readonly doubts: readonly Doubt[];
}

/** How fast-check prints a case: without PEM texts, which differ from run to run. */
const shownBriefly = {
    [fc.toStringMethod](this: CaseWithDoubts): string {
        const { component, args, doubts } = this;
        const text = fc.stringify({ component, args, doubts: doubts.map(({ path }) => path) });
        return text.replace(/-----BEGIN ([A-Z ]+)-----.*?-----END \1-----(\\n)?/gs, "<$1>");
    },
};

/** Generates cases with a number of doubtful values within the limits; they shrink to fewer. */
export function casesWithDoubts(
    authority: Pair,
    untrusted: Pair,
    limits: { readonly minLength: number; readonly maxLength: number },
): fc.Arbitrary<CaseWithDoubts> {
    const doubt = fc.oneof(
        ...Object.entries(doubtfulValues(authority, untrusted)).map(([path, values]) =>
            values.map((value): Doubt => ({ path, value })),
        ),
    );
    return fc.tuple(plausibleCases(authority), fc.array(doubt, limits)).map(([plausible, doubts]) => {
        const paths = doubts.map(({ path }) => path);
        const readied = readyFor(paths, plausible, authority);
        const changed = doubts.reduce<Case>((whole, { path, value }) => withValue(whole, path, value), readied);
        return { ...shownBriefly, ...changed, doubts };
    });
}

/** Returns the case with the other arguments that a doubtful value needs, so that nothing else is invalid. */
function readyFor(paths: readonly string[], { component, args }: Case, authority: Pair): Case {
    const { unsafeDisableGuard, listeners, objectNames, ...others } = args;
    const { serviceAccount, ...otherNames } = (objectNames ?? {}) as Record<string, unknown>;
    const nameless = serviceAccount === undefined || paths.includes("workload.existingServiceAccount");
    const withoutTls = (listeners as object[]).map((listener) => ({ ...listener, tls: undefined }));
    const named = paths.some((path) => path.startsWith("clients"));
    return {
        component,
        args: {
            ...others,
            listeners: named ? withoutTls : listeners,
            ...(objectNames ? { objectNames: nameless ? otherNames : objectNames } : {}),
            ...(named || unsafeDisableGuard === undefined ? {} : { unsafeDisableGuard }),
            ...(paths.some((path) => path.startsWith("certificateAuthority."))
                ? { certificateAuthority: { ...authority } }
                : {}),
        },
    };
}

/** Returns the case with another value at a path; missing parents are created. */
export function withValue(whole: Case, path: string, value: unknown): Case {
    if (path === "component") {
        return { ...whole, component: value as string };
    }
    const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
    return { ...whole, args: put(whole.args, steps, value) as Case["args"] };
}

/** The minimal item of each optional list. */
const leastItem: Readonly<Record<string, (index: number) => object>> = {
    clients: (index) => ({ name: `client-${index}` }),
    egress: () => ({ hosts: ["./*"] }),
    allowedSources: () => ({ cidr: "10.0.0.0/8" }),
};

function put(given: unknown, [step, ...further]: readonly string[], value: unknown, within = ""): unknown {
    if (step === undefined) {
        return value;
    }
    if (/^\d+$/.test(step)) {
        const list: unknown[] = Array.isArray(given) ? [...(given as unknown[])] : [];
        while (list.length <= Number(step)) {
            list.push(leastItem[within]?.(list.length) ?? {});
        }
        list[Number(step)] = put(list[Number(step)], further, value);
        return list;
    }
    const properties = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
    return { ...properties, [step]: put(properties[step], further, value, step) };
}
