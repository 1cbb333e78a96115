/**
 * What the package relies on in the kubernetes and tls plugins, row by row, over the real engine and a real API server.
 * It runs against the real plugins as well as against the lab's stand-ins (LAB_PLUGINS=real or standin): a stand-in is
 * fit to test with as far as the two cannot be told apart here.
 */
import { describeCertificates } from "./behaviour/certificates";
import { describeFirstChange } from "./behaviour/firstChange";
import { describeImporting } from "./behaviour/importing";
import { describeInterruptedReplacement } from "./behaviour/interruptedReplacement";
import { describeInterruption } from "./behaviour/interruption";
import { describeJobs } from "./behaviour/jobs";
import { describeKinds } from "./behaviour/kinds";
import { describeManifests } from "./behaviour/manifests";
import { describeObjects } from "./behaviour/objects";
import { describePatches } from "./behaviour/patches";
import { describeReading } from "./behaviour/reading";
import { describeReleases } from "./behaviour/releases";
import { describeSecrets } from "./behaviour/secrets";
import { describeWaitFor } from "./behaviour/waitFor";
import { describeWaiting } from "./behaviour/waiting";
import { describeWorkloads } from "./behaviour/workloads";
import { describeMesh } from "./describeMesh";

describeMesh("provider behaviour", (cluster) => {
    describeObjects(cluster);
    describeFirstChange(cluster);
    describePatches(cluster);
    describeSecrets(cluster);
    describeWaiting(cluster);
    describeWaitFor(cluster);
    describeJobs(cluster);
    describeWorkloads(cluster);
    describeKinds(cluster);
    describeManifests(cluster);
    describeReading(cluster);
    describeImporting(cluster);
    describeReleases(cluster);
    describeInterruption(cluster);
    describeInterruptedReplacement(cluster);
    describeCertificates(cluster);
});
