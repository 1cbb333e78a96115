/** The feature flag alone, as another stack has it. */
const { IstiodFeatureFlag } = require("../../..");

new IstiodFeatureFlag("flag");
