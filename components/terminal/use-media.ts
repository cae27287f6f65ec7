"use client";
import { useEffect, useState } from "react";

/** @returns whether the window fits a media query now; false before anybody can know */
export function useMedia(query: string): boolean {
  const [fits, setFits] = useState(false);
  useEffect(() => {
    const media = matchMedia(query);
    const look = () => setFits(media.matches);
    look();
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, [query]);
  return fits;
}
