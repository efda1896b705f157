"use strict";
async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["main", "header"]) {
      const [shown, come] = [document.querySelector(part), fresh.querySelector(part)];
      if (come && shown.innerHTML !== come.innerHTML) shown.replaceWith(document.adoptNode(come));
    }
  } catch {
    // The simulator is away for a moment: what is shown stays.
  }
  setTimeout(look, 2000);
}
setTimeout(look, 2000);
