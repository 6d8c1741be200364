// An area drawn on the map: each click sets a corner, a click on a corner takes it off. The text of corners is what is
// sent and what counts; map and text follow each other, and without a map or a mouse the text alone does it.
const room = document.querySelector("[data-area]");
const corners = room.querySelector("textarea");
const where = corners.form.elements.where;
const figure = room.querySelector("[data-map]");
const NEAR = 12, DIGITS = 5; // pixels; a metre
const LINE = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,; \t]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;

const read = () => corners.value.split("\n").map((line) => LINE.exec(line)).filter(Boolean).map(([, lat, lon]) => [Number(lon), Number(lat)]);

function write(points) {
  corners.value = points.map(([lon, lat]) => `${lat.toFixed(DIGITS)}, ${lon.toFixed(DIGITS)}`).join("\n");
  if (points.length) where.value = "polygon";
  corners.dispatchEvent(new Event("input", { bubbles: true }));
  corners.dispatchEvent(new Event("change", { bubbles: true }));
}

const colour = (name) => {
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.className = `pp-swatch--${name}`;
  document.body.append(probe);
  const found = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return found;
};

function drawn() {
  const points = read();
  const shape = points.length > 2 ? { type: "Polygon", coordinates: [[...points, points[0]]] } : { type: "LineString", coordinates: points };
  const dots = points.map((point) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: point } }));
  return { type: "FeatureCollection", features: [...(points.length > 1 ? [{ type: "Feature", properties: {}, geometry: shape }] : []), ...dots] };
}

function put(map) {
  if (map.getSource("area")) {
    map.getSource("area").setData(drawn());
    return;
  }
  map.addSource("area", { type: "geojson", data: drawn() });
  map.addLayer({ id: "area-in", type: "fill", source: "area", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour("signal"), "fill-opacity": 0.15 } });
  map.addLayer({ id: "area-side", type: "line", source: "area", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour("signal"), "line-width": 2 } });
  map.addLayer({ id: "area-corner", type: "circle", source: "area", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colour("surface"), "circle-stroke-color": colour("signal"), "circle-stroke-width": 2.5, "circle-radius": 6 } });
}

if (figure) {
  figure.dataset.drawing = "";
  figure.addEventListener("p2p:map", ({ detail: map }) => {
    const redraw = () => { if (map.isStyleLoaded()) put(map); };
    map.on("idle", () => { if (!map.getSource("area")) put(map); }); // also after the theme has changed
    map.on("load", redraw);
    map.getCanvas().style.cursor = "crosshair";
    map.on("click", ({ point, lngLat }) => {
      const points = read();
      const hit = points.findIndex((one) => { const at = map.project(one); return Math.hypot(at.x - point.x, at.y - point.y) < NEAR; });
      if (hit >= 0) points.splice(hit, 1);
      else points.push([lngLat.lng, lngLat.lat]);
      write(points);
    });
    corners.addEventListener("input", redraw);
  });
}
