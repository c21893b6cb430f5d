// Whoever comes to the end of a report has read it: the button that says so is pressed for them.

const form = document.querySelector("#receipt");

if (form) {
  const end = new IntersectionObserver(
    ([seen]) => {
      if (seen.isIntersecting) {
        end.disconnect();
        form.querySelector("button").click();
      }
    },
    { threshold: 1 },
  );
  end.observe(form);
}
