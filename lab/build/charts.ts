/** Istio's own Helm charts, from its Go module, for releases that examples and tests install. */
import { join } from "node:path";
import { mustRun } from "../command";
import { istioVersion } from "../pins";
import type { Build } from "./cache";
import { goModuleFolder } from "./go";

/** The charts' folders in the module, by name. */
export const istioCharts = {
    base: "manifests/charts/base",
    istiod: "manifests/charts/istio-control/istio-discovery",
};

/** Writes a folder for each chart. */
export function chartsBuild(): Build {
    return {
        name: "charts",
        title: "Istio's Helm charts",
        inputs: [istioVersion, JSON.stringify(istioCharts)],
        expectedSeconds: 1,
        make: async (folder) => {
            const module = await goModuleFolder("mesh", "istio.io/istio");
            for (const [name, path] of Object.entries(istioCharts)) {
                // Files in Go's module cache are read-only, and so would be their copies.
                await mustRun("cp", ["-r", "--no-preserve=mode", join(module, path), join(folder, name)]);
            }
        },
    };
}
