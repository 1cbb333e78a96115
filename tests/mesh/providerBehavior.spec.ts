/**
 * The behavior of the kubernetes and tls plugins that the package relies on, with the real engine and a real API server.
 * The suite runs against the real plugins and against the lab's stand-ins (LAB_PLUGINS=real or standin): tests may use a
 * stand-in for the behavior in which the two do not differ here.
 */
import { describeCertificates } from "./behavior/certificates";
import { describeFirstChange } from "./behavior/firstChange";
import { describeImporting } from "./behavior/importing";
import { describeInterruptedReplacement } from "./behavior/interruptedReplacement";
import { describeInterruption } from "./behavior/interruption";
import { describeJobs } from "./behavior/jobs";
import { describeKinds } from "./behavior/kinds";
import { describeManifests } from "./behavior/manifests";
import { describeObjects } from "./behavior/objects";
import { describePatches } from "./behavior/patches";
import { describeReading } from "./behavior/reading";
import { describeReleases } from "./behavior/releases";
import { describeSecrets } from "./behavior/secrets";
import { describeWaitFor } from "./behavior/waitFor";
import { describeWaiting } from "./behavior/waiting";
import { describeWorkloads } from "./behavior/workloads";
import { describeMesh } from "./describeMesh";

describeMesh("provider behavior", (cluster) => {
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
