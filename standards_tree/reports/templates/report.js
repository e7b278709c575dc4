"use strict";
// Sorting and filtering only; without this script the page says the same.
(function () {
  function value(row, column) {
    var cell = row.children[column];
    return cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent.trim();
  }
  function compare(a, b) {
    var x = Number(a), y = Number(b);
    if (a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y)) { return x - y; }
    return a.localeCompare(b, document.documentElement.lang, { numeric: true });
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var headings = Array.from(table.tHead.rows[0].cells);
    headings.forEach(function (heading, column) {
      heading.querySelector(".sort").addEventListener("click", function () {
        var sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        headings.forEach(function (other) { other.removeAttribute("aria-sort"); });
        heading.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
        var body = table.tBodies[0];
        var rows = Array.from(body.rows);
        rows.sort(function (a, b) { return sign * compare(value(a, column), value(b, column)); });
        rows.forEach(function (row) { body.appendChild(row); });
      });
    });
  });
  var filters = document.querySelector(".filters");
  if (filters === null) { return; }
  var rows = Array.from(document.querySelectorAll(".gaps tbody tr"));
  var buttons = Array.from(filters.querySelectorAll("button"));
  var search = filters.querySelector("input");
  var wanted = "";
  function show() {
    var text = search.value.trim().toLocaleLowerCase();
    rows.forEach(function (row) {
      var fits = (wanted === "" || row.dataset.verdict === wanted) && row.textContent.toLocaleLowerCase().includes(text);
      row.hidden = !fits;
    });
  }
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      wanted = button.dataset.verdict;
      buttons.forEach(function (other) { other.setAttribute("aria-pressed", String(other === button)); });
      show();
    });
  });
  search.addEventListener("input", show);
  // Paper shows every row.
  window.addEventListener("beforeprint", function () { rows.forEach(function (row) { row.hidden = false; }); });
  window.addEventListener("afterprint", show);
  filters.hidden = false;
})();
