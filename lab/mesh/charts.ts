/** Istio's own Helm charts, and the values of a release on the lab. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { builtFolders } from "../build";
import type { istioCharts } from "../build/charts";
import { istioVersion } from "../pins";
import { istioOperatorFile } from "./install";

interface IstioOperator {
    readonly spec: {
        readonly hub: string;
        readonly meshConfig: object;
        readonly values: { readonly global: object };
    };
}

/** The chart's folder. It exists once a lab has been started. */
export function istioChart(name: keyof typeof istioCharts): string {
    return join(builtFolders().charts, name);
}

/**
 * Values of the chart `istiod` for an istiod like the lab's own: the settings of istio.yaml, in the places where the
 * chart reads them.
 */
export function istiodValues(): Readonly<Record<string, unknown>> {
    const { spec } = parse(readFileSync(istioOperatorFile, "utf8")) as IstioOperator;
    const { hub, meshConfig, values } = spec;
    return { ...values, meshConfig, global: { ...values.global, hub, tag: istioVersion } };
}
