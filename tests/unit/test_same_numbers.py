"""The tests compute as the book does: without the instructions that not every processor has."""

import pytest
import same_numbers
import sklearn.datasets  # noqa: F401, which loads SciPy's OpenBLAS beside NumPy's
from numpy._core._multiarray_umath import __cpu_features__
from threadpoolctl import threadpool_info


@pytest.mark.skipif(not same_numbers.HAS_AVX2, reason="another arithmetic")
def test_numpy_and_openblas_keep_to_avx2():
    wider = same_numbers.WITH_AVX2["NPY_DISABLE_CPU_FEATURES"].split()
    assert [name for name in wider if __cpu_features__[name]] == []
    blas = [library for library in threadpool_info() if library["internal_api"] == "openblas"]
    assert {(library["architecture"], library["num_threads"]) for library in blas} == {("Haswell", 1)}
