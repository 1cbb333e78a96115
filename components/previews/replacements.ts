/** Preview lines that say why a resource is replaced. */
import * as pulumi from "@pulumi/pulumi";
import { isKnown } from "../validation/pulumiInternals";

/**
 * Announces in a preview that a resource will be replaced, although the resource that it depends on exists. The engine tells a program
 * neither its plan nor the old state; but in a preview the value of a resource that will be replaced is unknown, while `existing`
 * is known.
 */
export function announceReplacement(
    existing: pulumi.Output<unknown>,
    replaced: pulumi.Output<unknown>,
    line: string,
    resource: pulumi.Resource,
): void {
    if (!pulumi.runtime.isDryRun()) {
        return;
    }
    existing.apply(async () => {
        if (!(await isKnown(replaced))) {
            await pulumi.log.info(line, resource);
        }
    });
}
