// The menu of blocks: each puts a filled example after the place where the cursor is.
import { on } from "../../lib/undo.js";

export function mountInsert(form, insert) {
  const menu = form.querySelector(".editor-insert");
  if (!menu) return;
  const close = () => { menu.open = false; };
  on(menu, "click", ({target}) => {
    const {block} = target.closest("[data-block]")?.dataset ?? {};
    if (!block) return;
    close();
    insert(block);
  });
  on(menu, "keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  });
  on(document, "pointerdown", ({target}) => { if (!menu.contains(target)) close(); });
  on(menu, "focusout", ({relatedTarget}) => { if (relatedTarget && !menu.contains(relatedTarget)) close(); });
}
