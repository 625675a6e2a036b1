"""The arithmetic of the book: that of x86 processors with AVX2, so that numbers are the same on all of them.

OpenBLAS and NumPy take the widest instructions that a processor has. Those of AVX-512 sum in another order
and have an exp of their own: last digits differ, and after a thousand steps sometimes the first. Processors
without AVX2, such as ARM's, have an arithmetic of their own, and keep it.
"""

from pathlib import Path

PROCESSOR = Path("/proc/cpuinfo")
HAS_AVX2 = PROCESSOR.exists() and "avx2" in PROCESSOR.read_text("utf-8", "replace").split()
WITH_AVX2 = {
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # those that there are
}
# For os.environ before NumPy is loaded: they serve this process and all that it starts. Small matrices are
# quicker on one thread, and sums come out the same on any number of cores.
SETTINGS = {"OPENBLAS_NUM_THREADS": "1"} | (WITH_AVX2 if HAS_AVX2 else {})
