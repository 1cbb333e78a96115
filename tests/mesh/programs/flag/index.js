/** A program with only the feature flag. CHAIN_ARGUMENTS names the JSON file with its arguments. */
const { readFileSync } = require("node:fs");
const { IstiodFeatureFlag } = require("../../../..");

new IstiodFeatureFlag("flag", JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8")));
