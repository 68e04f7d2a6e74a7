// Words said to whoever listens, and words made alike for comparison: stands before each script.

const say = (words) => {
  const region = document.getElementById("thong-bao");
  if (region) region.textContent = words;
};

const fold = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
