/* What may become HTML: the few fixed texts that Leaflet writes for its own controls. All of ours is
   built node by node. It runs before Leaflet; a browser without Trusted Types passes over it. */
(() => {
  "use strict";
  if (!window.trustedTypes) return;
  const fixed = new Set([
    "",
    "<svg/>",
    '<span aria-hidden="true">+</span>',
    '<span aria-hidden="true">&#x2212;</span>',
    '<span aria-hidden="true">&#215;</span>',
  ]);
  const scale = /^\d+(\.\d+)? (m|km|ft|mi)$/;
  trustedTypes.createPolicy("default", {
    createHTML: (text) => (fixed.has(text) || scale.test(text) ? text : null),
  });
})();
