// Ids as the API shows them, `handoff_<hex>`: a codec for PostGraphile's global object identifiers.
const NOUNS = {
  Handoff: "handoff",
  HandoffSectionNow: "section",
  MouNow: "mou",
  Organisation: "organisation",
};
const TYPES = Object.fromEntries(Object.entries(NOUNS).map(([type, noun]) => [noun, type]));

export const hexOf = (uuid) => uuid.replaceAll("-", "");
export const uuidOf = (id) =>
  id.slice(id.lastIndexOf("_") + 1).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

export const idsPlugin = {
  name: "RangkulIdsPlugin",
  version: "1.0.0",
  after: ["NodePlugin"],
  schema: {
    hooks: {
      init(_, build) {
        const { markSyncAndSafe } = build.grafast;
        build.registerNodeIdCodec({
          name: "noun",
          encode: markSyncAndSafe(function encodeNoun(value) {
            if (!Array.isArray(value)) return null;
            return `${NOUNS[value[0]] ?? value[0]}_${hexOf(value[1])}`;
          }),
          decode: markSyncAndSafe(function decodeNoun(id) {
            const noun = id.slice(0, id.lastIndexOf("_"));
            return [TYPES[noun] ?? noun, uuidOf(id)];
          }),
        });
        return _;
      },
    },
  },
};
