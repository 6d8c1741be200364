// The live map, in the room of the server's drawing. Loaded when it is looked at; without WebGL the drawing stays.
const ink = (name) => {
  // Custom properties hold light-dark(): let the browser resolve them by using them once.
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.className = `pp-swatch--${name}`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return colour;
};

const webgl = () => {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
};

const of = (kind) => ["==", ["get", "kind"], kind];
const radius = ["+", 3.5, ["*", 9, ["to-number", ["get", "size"], 0.2]]];

function style(land, points, tiles) {
  const line = (source, kind, paint) => ({ id: kind, type: "line", source, filter: of(kind), paint, layout: { "line-cap": "round", "line-join": "round" } });
  const dot = (kind, paint) => ({ id: kind, type: "circle", source: "points", filter: of(kind), paint });
  const text = (kind, minzoom) => ({
    id: `${kind}-name`, type: "symbol", source: "points", minzoom, filter: of(kind),
    layout: { "text-field": ["get", "name"], "text-font": ["Bold"], "text-size": 12, "text-anchor": "left", "text-optional": true, "text-offset": ["case", ["==", ["get", "ringed"], true], ["literal", [1.7, 0]], ["literal", [1.2, 0]]] },
    paint: { "text-color": ink("ink"), "text-halo-color": ink("land"), "text-halo-width": 1.5 },
  });
  const sources = { land: { type: "geojson", data: land }, points: { type: "geojson", data: points } };
  const layers = [
    { id: "sea", type: "background", paint: { "background-color": ink("water") } },
    { id: "land", type: "fill", source: "land", filter: of("land"), paint: { "fill-color": ink("land") } },
  ];
  if (tiles) {
    sources.tiles = { type: "raster", tiles: [tiles], tileSize: 256 };
    layers.push({ id: "tiles", type: "raster", source: "tiles", paint: { "raster-opacity": 0.6 } });
  }
  layers.push(
    line("points", "waterway", { "line-color": ink("water-2"), "line-width": ["interpolate", ["linear"], ["zoom"], 6, 2, 12, 6] }),
    line("land", "border", { "line-color": ink("line-2"), "line-width": 1, "line-dasharray": [4, 2, 1, 2] }),
    dot("facility", { "circle-color": ink("surface"), "circle-stroke-color": ink("water-ink"), "circle-stroke-width": 1.5, "circle-radius": 4 }),
    { ...dot("port", { "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": ink("signal"), "circle-stroke-width": 2.5, "circle-radius": ["+", 6, radius] }), id: "ring", filter: ["all", of("port"), ["==", ["get", "ringed"], true]] },
    dot("port", { "circle-color": ink("water-ink"), "circle-stroke-color": ink("surface"), "circle-stroke-width": 1.5, "circle-radius": radius }),
    dot("report", { "circle-color": ink("ink"), "circle-stroke-color": ink("surface"), "circle-stroke-width": 1.5, "circle-radius": 5 }),
    text("port", 0),
    text("facility", 11),
  );
  return { version: 8, sources, layers };
}

async function start(figure) {
  const [land, points] = await Promise.all([figure.dataset.land, figure.dataset.src].map(async (address) => {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.json();
  }));
  if (!document.querySelector("link[data-maplibre]")) {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = figure.dataset.css;
    sheet.dataset.maplibre = "";
    document.head.append(sheet);
  }
  const { Map, NavigationControl, setWorkerUrl } = await import(figure.dataset.library);
  setWorkerUrl(figure.dataset.worker);
  const [west, south, east, north] = figure.dataset.box.split(",").map(Number);
  const place = figure.querySelector(".pp-map__live");
  place.hidden = false;
  const map = new Map({
    container: place, style: style(land, points, figure.dataset.tiles), bounds: [[west, south], [east, north]],
    maxBounds: [[-8, 46.5], [14, 57]], attributionControl: false, cooperativeGestures: false, scrollZoom: false, dragRotate: false,
    locale: { "NavigationControl.ZoomIn": figure.dataset.zoomIn, "NavigationControl.ZoomOut": figure.dataset.zoomOut, "Map.Title": figure.dataset.mapWord },
    fadeDuration: 0, pitchWithRotate: false, touchPitch: false,
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  map.once("idle", () => figure.classList.add("is-live")); // until all is drawn, the server's drawing shows
  const hits = ["report", "port", "facility"];
  map.on("click", (event) => {
    const hit = map.queryRenderedFeatures(event.point, { layers: hits }).find((item) => item.properties.href);
    if (hit && !("drawing" in figure.dataset)) location.assign(hit.properties.href);
  });
  for (const layer of hits) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  // The wheel scrolls the page until the map was clicked, so that nobody is caught in it.
  map.on("click", () => map.scrollZoom.enable());
  const recolour = () => map.setStyle(style(land, points, figure.dataset.tiles));
  document.addEventListener("p2p:theme", recolour);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  figure.dispatchEvent(new CustomEvent("p2p:map", { detail: map })); // for a page that draws on it
  figure.addEventListener("p2p:map-reload", async () => {
    const answer = await fetch(figure.dataset.src);
    if (answer.ok) map.getSource("points").setData(await answer.json());
  });
}

if (webgl()) {
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      start(target).catch((problem) => {
        target.querySelector(".pp-map__live").hidden = true; // the drawing stays
        console.warn("map", problem);
      });
    }
  }, { rootMargin: "100px" });
  for (const figure of document.querySelectorAll("[data-map][data-src]")) watcher.observe(figure);
}
