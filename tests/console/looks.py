"""Questions to a page: what nobody should have to see."""

# what stands wider than the window, and is not inside something that scrolls by itself
TOO_WIDE = """
[...document.querySelectorAll("body *")].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 0.5 || box.left < -0.5)
    && !each.closest(".wide, pre, .unseen, .skip");
}).map((each) => each.tagName + "." + each.className + " " + each.textContent.slice(0, 40))
"""
# text whose contrast with what lies behind it is below WCAG 2.2, 1.4.3 (AA)
TOO_FAINT = """
(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (each) => {
    for (; each; each = each.parentElement) {
      const found = parse(getComputedStyle(each).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const each = node.parentElement;
    if (!node.data.trim() || !each.checkVisibility() || each.closest(".unseen, .skip")) continue;
    const style = getComputedStyle(each);
    const ink = parse(each.closest("svg") ? style.fill : style.color);
    const [high, low] = [light(ink), light(behind(each))].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) faint.push(`${node.data.trim().slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return faint;
})()
"""
