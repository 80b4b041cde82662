// Where a record is made: taken only when its maker asks for it, sent with the record, seen by who checks it.

import { h, t } from "./dom.js";

/* Degrees to a metre or so, and how far off it may be: as the server reads it. */
const written = ({ latitude, longitude, accuracy }) =>
  `${latitude.toFixed(5)},${longitude.toFixed(5)},${Math.min(Math.ceil(accuracy), 100000)}`;

export const shownPlace = (text) => {
  const [latitude, longitude, metres] = text.split(",");
  return t(`北纬 ${latitude}，东经 ${longitude}（±${metres} 米）`, `${latitude} N, ${longitude} E (±${metres} m)`);
};

/* A button that takes the place, and takes it out again. `changed` is called with the record already changed. */
export function placeField(record, changed) {
  if (!("geolocation" in navigator)) return null;
  const told = h("p", { class: "hint", role: "status" });
  const button = h("button", { type: "button", class: "button secondary" });
  const show = () => {
    const text = record.fields.position;
    told.textContent = text ? shownPlace(text) : "";
    button.textContent = text ? t("去掉位置", "Leave the position out") : t("附上现在的位置（选填）", "Add where I am (optional)");
  };
  const found = ({ coords }) => {
    record.fields.position = written(coords);
    show();
    changed();
  };
  const failed = ({ code }) => {
    told.textContent = code === 1
      ? t("没有允许使用位置，记录照常可以上报。", "The position is not allowed; the record can be sent without it.")
      : t("现在取不到位置，记录照常可以上报。", "No position can be found now; the record can be sent without it.");
  };
  button.addEventListener("click", () => {
    if (record.fields.position) {
      delete record.fields.position;
      show();
      return changed();
    }
    told.textContent = t("正在取位置……", "Finding the position …");
    return navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  });
  show();
  return h("div", { class: "field" }, button, told);
}
