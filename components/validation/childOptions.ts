/** Resource options that a component passes to its children. */
import * as pulumi from "@pulumi/pulumi";

/**
 * Pulumi applies `dependsOn` and `customTimeouts` of a component to the component alone. Users mean the resources in the component,
 * so each child gets both options, in addition to the children that come before it. No child is registered before `checked` is
 * known; if `checked` fails, the program fails.
 */
export function childOptions(
    parent: pulumi.ComponentResource,
    given: pulumi.ComponentResourceOptions | undefined,
    after: pulumi.Resource[] = [],
    checked: pulumi.Output<unknown> = pulumi.output(undefined),
): pulumi.CustomResourceOptions {
    return {
        parent,
        dependsOn: pulumi
            .all([given?.dependsOn ?? [], checked])
            .apply(([known]) => [...(Array.isArray(known) ? known : [known]), ...after]),
        customTimeouts: given?.customTimeouts,
    };
}
