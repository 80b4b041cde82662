// Making elements, and words in the two languages. Nothing typed is ever read as markup.

/* The language of the page, as the shell says it. */
export const zh = document.documentElement.lang.startsWith("zh");

/* One of two wordings, side by side where they are used. */
export const t = (chinese, english) => (zh ? chinese : english);

/* A wording that came from the server: {zh, en}. */
export const said = (say) => (say ? (zh ? say.zh : say.en) : "");

/*
 * An element: h("p", {class: "hint"}, "text", child, null). `on…` is a listener; a value of true, false or
 * null sets or leaves out an attribute; `value` and `checked` are set as properties.
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
